"""
``scaled`` and ``real``: time that passes by itself.

In ``scaled`` libfaketime lets the SDK's clock run faster, its sleeps and time-outs with it.
Neither is exact: whatever the harness or a busy machine is late by in real time, it is late
by a multiple of that in virtual time.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from harness.documents.bad_input import BadInput
from harness.domain.clock_mode import inexact_by
from harness.domain.instant import EPOCH
from harness.drivers.clocks.libfaketime import faketime_library, remove_leftovers
from harness.drivers.clocks.mode import ClockMode, Device
from harness.drivers.clocks.stillness import descendants
from harness.drivers.clocks.tree import check_reached, preloading
from harness.drivers.driver import GRACE, Driver
from harness.drivers.sdk_file import SdkFile, open_driver

#: At this rate a late timer of 17 ms of real time is a second late.
RATE = 60
#: What is due exactly then has a little longer.
_AFTER = timedelta(seconds=1)


class RealClock(ClockMode):
    """The machine's own time: a story takes as long as it tells."""

    name = "real"
    sets_clock = False
    sets_date = False
    begins_anew = False
    tolerance = inexact_by("real")
    is_proved = False

    def begin(self, at: datetime) -> None:
        """Let a story begin; it does so now, whatever *at* is."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)  # noqa: TID251 - the machine's own time is what it is about

    def habits(self) -> str:
        """Say why nothing is said."""
        return "not seen: time passes by itself"

    async def open(
        self, sdk_file: SdkFile, generation: str | None, grace: timedelta = GRACE
    ) -> Driver:
        """Start the driver as it is."""
        return await open_driver(sdk_file, generation, self.last_seen, grace)

    async def pass_until(
        self,
        to: datetime,
        devices: Sequence[Device],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        """Wait, and a little longer for what is due then."""
        while (left := to + _AFTER - self.now()) > timedelta():
            await asyncio.sleep(self._seconds(left))
        await settled()
        for device in devices:
            await device.advance(self.now())
        await settled()

    def _seconds(self, span: timedelta) -> float:
        """Return how many seconds of real time *span* takes."""
        return span.total_seconds()


class ScaledClock(RealClock):
    """Time that runs faster, from libfaketime."""

    name = "scaled"
    tolerance = inexact_by("scaled")
    sets_date = True
    is_proved = True
    wakes_loops_only = True

    def __init__(self) -> None:
        """Begin at the epoch."""
        super().__init__()
        self._origin, self._since = EPOCH, time.monotonic()

    def begin(self, at: datetime) -> None:
        """Let a story begin at *at*."""
        self._origin, self._since = at, time.monotonic()

    def now(self) -> datetime:
        """Return the present instant."""
        return self._origin + timedelta(seconds=(time.monotonic() - self._since) * RATE)

    async def open(
        self, sdk_file: SdkFile, generation: str | None, grace: timedelta = GRACE
    ) -> Driver:
        """Start the driver with libfaketime before its C library."""
        if sdk_file.command is None:
            raise BadInput(
                f"{sdk_file.path}: clock mode {self.name!r} drives programs; expected "
                f"driver.command, got {sdk_file.driver_key}"
            )
        remove_leftovers()
        before = sdk_file.env.get("LD_PRELOAD", os.environ.get("LD_PRELOAD", ""))
        begin = (self.now() - EPOCH).total_seconds()
        env = {
            "LD_PRELOAD": preloading(faketime_library(self.name), before),
            "FAKETIME": f"@{begin:.6f} x{RATE}",
            "FAKETIME_FMT": "%s",
        }
        return await open_driver(sdk_file, generation, self.last_seen, grace, env)

    def check_reached(self, driver: Driver) -> None:
        """
        See that each process of *driver* has libfaketime before its C library.

        Raises:
            BadInput: One has not; the text says why.
        """
        if driver.pid is not None:
            processes = descendants(driver.pid)
            check_reached(self.name, processes, faketime_library(self.name))

    def _seconds(self, span: timedelta) -> float:
        return span.total_seconds() / RATE
