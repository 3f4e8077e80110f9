"""``injected``: the driver hands its SDK a clock and timers, and moves them when asked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from harness.domain.clock import VirtualClock
from harness.domain.instant import EPOCH
from harness.drivers.clocks.mode import ClockMode, Device
from harness.drivers.driver import GRACE, Driver
from harness.drivers.sdk_file import SdkFile, open_driver


class InjectedClock(ClockMode):
    """Time stands still until the harness moves it, and each driver after it."""

    name = "injected"
    is_given = True
    is_proved = False

    def __init__(self) -> None:
        """Begin at the epoch."""
        super().__init__()
        self._clock = VirtualClock(EPOCH)

    def begin(self, at: datetime) -> None:
        """Set the clock to *at*."""
        self._clock = VirtualClock(at)

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock.now()

    async def open(
        self, sdk_file: SdkFile, generation: str | None, grace: timedelta = GRACE
    ) -> Driver:
        """Start the driver; it keeps the time itself."""
        return await open_driver(sdk_file, generation, self.last_seen, grace)

    async def pass_until(
        self,
        to: datetime,
        devices: Sequence[Device],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        """Move from timer to timer, and every device at the end."""
        while True:
            due = [(at, one) for one in devices if (at := one.next_due()) and at <= to]
            if not due:
                break
            instant = min(at for at, _ in due)
            self._clock.move_to(max(instant, self.now()))
            for at, one in due:
                if at <= instant:
                    await one.advance(self.now())
            await settled()
        self._clock.move_to(max(to, self.now()))
        for one in devices:
            await one.advance(self.now())
        await settled()
