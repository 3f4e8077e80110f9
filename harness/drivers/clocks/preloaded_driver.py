"""A driver whose process has its time from us."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, Protocol

from harness.domain.instant import EPOCH
from harness.drivers import contract
from harness.drivers.clocks.stillness import Rest
from harness.drivers.complaint import Complaint
from harness.drivers.contract import Message, Method
from harness.drivers.driver import Blame, Driver, DriverFault
from harness.drivers.stdio import StdioDriver

_MICROSECOND = timedelta(microseconds=1)


class Tree(Protocol):
    """
    A driver's process and whatever it starts, as far as a clock has to do with them.

    Attributes:
        root: The id of the first process, once there is one.
    """

    root: int

    def environment(self, before: str) -> dict[str, str]:
        """Return what the driver's environment needs; *before* is preloaded besides."""
        ...

    def rest(self) -> Rest | None:
        """Return how often each thread ran so far; ``None``: one runs now."""
        ...

    def next_span_ns(self) -> int | None:
        """Return how long it is until the earliest deadline; ``None``: there is none."""
        ...

    def move_by(self, ns: int) -> None:
        """Let *ns* pass, and wake whoever is due then."""
        ...

    def set_wall(self, ns: int) -> None:
        """Let the device's clock show *ns*, since the epoch, without time passing."""
        ...

    @property
    def traffic(self) -> int:
        """How often something was sent, or connected to."""
        ...

    @property
    def has_new_traffic(self) -> bool:
        """Whether something may have been sent since `note_quiet`."""
        ...

    def note_quiet(self, traffic: int) -> None:
        """All that was sent when `traffic` was *traffic* has arrived."""
        ...

    def running(self) -> str:
        """Name what runs at present, for the reader of a blame."""
        ...

    def check_reached(self) -> None:
        """
        See that every process has its time from us.

        Raises:
            BadInput: One has not; the text says why.
        """
        ...

    def close(self) -> None:
        """Forget it; what still runs keeps its time."""
        ...


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
        tree: Tree,
        time: Time,
        limit: timedelta,
    ) -> None:
        """Drive *inner*, whose processes are *tree*."""
        super().__init__(inner.name)
        self.tree = tree
        self.limit = limit
        self._inner = inner
        self._time = time

    async def describe(self) -> contract.Description:
        """
        Ask which SDK it is and what it can do.

        Raises:
            BadInput: Its processes do not take their time from us.
        """
        described = await super().describe()
        self.tree.check_reached()
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
            self.tree.set_wall((params.to - EPOCH) // _MICROSECOND * 1000)
        result = await self._time.carry_out(self._inner._call(method, params))
        await self._time.rest()
        return result
