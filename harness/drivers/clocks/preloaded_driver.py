"""A driver whose process has its time from us."""

from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from harness.domain.instant import EPOCH
from harness.drivers import contract
from harness.drivers.clocks.tree import ProcessTree
from harness.drivers.complaint import Complaint
from harness.drivers.contract import Message, Method
from harness.drivers.driver import Blame, Driver, DriverFault
from harness.drivers.stdio import StdioDriver

_MICROSECOND = timedelta(microseconds=1)


class Time(Protocol):
    """What a preloaded driver asks of the clock that it lives by."""

    async def carry_out[T](self, asked: Awaitable[T]) -> T:
        """Return what *asked* comes to, letting virtual time pass if that is needed."""
        ...

    async def rest(self) -> None:
        """Wait until nothing runs."""
        ...

    def forget(self, driver: "PreloadedDriver") -> None:
        """*driver* has ended."""
        ...


class PreloadedDriver(Driver):
    """
    A driver that need not move a clock: by the time it is asked, time has passed.

    Attributes:
        tree: Its processes.
        limit: How long it may take to come to rest, in real time.
    """

    def __init__(
        self,
        inner: StdioDriver,
        tree: ProcessTree,
        library: Path,
        time: Time,
        limit: timedelta,
    ) -> None:
        """Drive *inner*, whose process reads its time from *tree*'s page."""
        super().__init__(inner.name)
        self.tree = tree
        self.limit = limit
        self._inner = inner
        self._library = library
        self._time = time

    async def describe(self) -> contract.Description:
        """
        Ask which SDK it is and what it can do.

        Raises:
            BadInput: Its processes do not take their time from us.
        """
        described = await super().describe()
        self.tree.check_reached(self._library)
        return described

    async def ask_unknown(self) -> bool:
        """Ask for a made-up method; tell whether the driver says that it has none."""
        return await self._time.carry_out(self._inner.ask_unknown())

    @property
    def fault(self) -> DriverFault | None:
        """What it did against the contract."""
        return self._fault or self._inner.fault

    @property
    def log(self) -> str:
        """The last 64 KiB of its standard error."""
        return self._inner.log

    async def kill(self) -> None:
        """End it by SIGKILL, its children too."""
        self._time.forget(self)
        await self._inner.kill()

    async def close(self) -> None:
        """End it in good order if it will, by force if not."""
        try:
            await self._time.carry_out(self._inner.close())
        finally:
            self._time.forget(self)
        self.ended_by_itself = self._inner.ended_by_itself

    @property
    def has_answer(self) -> bool:
        """Whether an answer has come which nobody has taken yet."""
        return self._inner.has_answer

    def check(self) -> None:
        """
        See that it still lives.

        Raises:
            DriverFault: It does not.
        """
        if self.fault is not None:
            self._time.forget(self)
            raise DriverFault(self.fault.blame)

    def blame(self, complaint: Complaint) -> None:
        """
        Blame it for *complaint*, which is about no request.

        Raises:
            DriverFault: Always.
        """
        where = {"driver": self.name, "method": "", "place": "while time passed"}
        self._fault = DriverFault(Blame.of(complaint, **where, log=self.log))
        self.check()

    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        if isinstance(params, contract.SetClock):
            self.tree.page.set_wall((params.to - EPOCH) // _MICROSECOND * 1000)
        result = await self._time.carry_out(self._inner._call(method, params))
        await self._time.rest()
        return result
