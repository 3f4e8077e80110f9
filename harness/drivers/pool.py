"""
Drivers for one case after the other.

To start a process costs more than to play most cases. Where the SDK's file says
``reuse: true``, a process that ended its session in good order is kept for the next
device, with the clock set back. That is for the SDK's vendor to say: an SDK with a
static cache in its process would carry one device's identity over to another.
"""

from typing import Any

from harness.drivers import contract
from harness.drivers.clocks.choice import DEFAULT_CLOCK, clock_named
from harness.drivers.contract import Message, Method
from harness.drivers.driver import Driver, DriverFault
from harness.drivers.sdk_file import SdkFile


class DriverPool:
    """
    Opens drivers of one SDK, and keeps those that may be used again.

    Attributes:
        clock: How their time passes; whoever plays begins a story with it.
    """

    def __init__(
        self, sdk_file: SdkFile, generation: str | None, mode: str = DEFAULT_CLOCK
    ) -> None:
        """Begin with none; *mode* is the name of a clock mode."""
        self._sdk_file = sdk_file
        self._generation = generation
        self._idle: list[Driver] = []
        self.clock = clock_named(mode)

    async def take(self) -> Driver:
        """
        Return a driver that nobody else has.

        Raises:
            BadInput: It cannot be started.
        """
        if not (self._sdk_file.reuse and self.clock.begins_anew):
            return await self._open()
        is_used = bool(self._idle)
        inner = self._idle.pop() if is_used else await self._open()
        return _Lent(inner, self._idle, is_used=is_used)

    async def close(self) -> None:
        """End all that are idle."""
        while self._idle:
            await self._idle.pop().close()

    async def _open(self) -> Driver:
        return await self.clock.open(self._sdk_file, self._generation)


class _Lent(Driver):
    """A driver on loan: to close it is to give it back."""

    def __init__(self, inner: Driver, idle: list[Driver], *, is_used: bool) -> None:
        super().__init__(inner.name)
        self._inner = inner
        self._idle = idle
        self._is_behind = is_used
        self._is_live = self._is_dead = False
        self._told = len(inner.log)

    async def start(self, params: contract.Start) -> contract.Started:
        """Start a session; time may begin anew with it."""
        if self._is_behind:
            await self._inner.set_clock(params.now)
            self._is_behind = False
        self._is_live = True
        return await super().start(params)

    async def stop(self) -> None:
        """End the session."""
        await super().stop()
        self._is_live = False

    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        return await self._inner._call(method, params)

    async def ask_unknown(self) -> bool:
        """Ask for a made-up method; tell whether the driver says that it has none."""
        return await self._inner.ask_unknown()

    @property
    def fault(self) -> DriverFault | None:
        """What it did against the contract."""
        return self._inner.fault

    async def kill(self) -> None:
        """End it without warning; it is not used again."""
        self._is_dead = True
        await self._inner.kill()

    async def close(self) -> None:
        """Give it back if it is in good order, or else end it."""
        if self._is_live or self._is_dead or self.fault is not None:
            await self._inner.close()
        else:
            self._idle.append(self._inner)

    @property
    def log(self) -> str:
        """What it wrote to its standard error since it was lent."""
        return self._inner.log[self._told :]
