"""
Time that unmodified programs are given from outside.

Time stands still while anything runs. Once every thread of every driver sleeps, and no
request is under way, time moves to the earliest deadline that a sleeping thread has, and
exactly there; so timers fire at their own instants however slow the machine is.
"""

import asyncio
import os
import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from harness.documents.bad_input import BadInput
from harness.domain.instant import EPOCH
from harness.drivers.ceiling import too_slow
from harness.drivers.clocks.habits import Habits
from harness.drivers.clocks.mode import ClockMode, Device
from harness.drivers.clocks.preloaded_driver import PreloadedDriver, Tree
from harness.drivers.clocks.stillness import Rest
from harness.drivers.clocks.underway import is_quiet
from harness.drivers.driver import GRACE, Driver
from harness.drivers.sdk_file import SdkFile, open_driver
from harness.drivers.stdio import StdioDriver

#: How much virtual time one request may take.
LONGEST_REQUEST = timedelta(minutes=10)

_MICROSECOND = timedelta(microseconds=1)
#: Turns of the event loop in which a line that has come is read, and a request read and
#: begun; each with one to spare.
_TURNS, _TURNS_FOR_A_REQUEST = 4, 10
#: So often we look again at once; after that a millisecond later.
_QUICK_LOOKS = 40
_QUICK_NAP, _NAP = 0.00005, 0.001


def _ns(instant: datetime) -> int:
    return (instant - EPOCH) // _MICROSECOND * 1000


class OutsideClock(ClockMode):
    """The time of all drivers of one story, which read it from a library of some kind."""

    def __init__(self) -> None:
        """Begin at the epoch, with no driver."""
        super().__init__()
        self._now_ns = 0
        self._drivers: list[PreloadedDriver] = []
        self._moved_at = 0.0
        #: The next deadline, of the last moment at which nothing ran.
        self._due: int | None = None
        self._habits = Habits()

    def begin(self, at: datetime) -> None:
        """Let a story begin at *at*: the device's clocks are set, no time passes."""
        self._now_ns = _ns(at)
        self._habits = Habits()
        for driver in self._drivers:
            driver.tree.set_wall(self._now_ns)

    def now(self) -> datetime:
        """Return the present instant, cut to microseconds."""
        return EPOCH + self._now_ns // 1000 * _MICROSECOND

    async def open(
        self, sdk_file: SdkFile, generation: str | None, grace: timedelta = GRACE
    ) -> Driver:
        """Start the driver with a library before its C library."""
        if sdk_file.command is None:
            raise BadInput(
                f"{sdk_file.path}: clock mode {self.name!r} drives programs; expected "
                f"driver.command, got {sdk_file.driver_key}"
            )
        tree = self._tree(self._now_ns)
        before = sdk_file.env.get("LD_PRELOAD", os.environ.get("LD_PRELOAD", ""))
        env = tree.environment(before)
        try:
            inner = await open_driver(sdk_file, generation, self.last_seen, grace, env)
        except BaseException:
            tree.close()
            raise
        assert isinstance(inner, StdioDriver)
        tree.root = inner.pid
        driver = PreloadedDriver(inner, tree, self, sdk_file.timeout)
        self._drivers.append(driver)
        return driver

    @abstractmethod
    def _tree(self, wall_ns: int) -> Tree:
        """
        Prepare for a driver whose clock begins with *wall_ns*, since the epoch.

        Raises:
            BadInput: This machine cannot do it.
        """

    def forget(self, driver: PreloadedDriver) -> None:
        """*driver* has ended."""
        if driver in self._drivers:
            self._drivers.remove(driver)
            driver.tree.close()

    async def pass_until(
        self,
        to: datetime,
        devices: Sequence[Device],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        """Jump from deadline to deadline; the drivers are only told afterwards."""
        end = max(_ns(to), self._now_ns)
        while True:
            await self.rest()
            due = self._due
            threads = self._rest_of_all() or ()
            self._habits.note_rest(len(threads), due is not None)
            if due is None or due > end:
                break
            self._pass(due)
        self._pass(end)
        for device in devices:
            await device.advance(self.now())
        await settled()

    async def carry_out[T](self, asked: Awaitable[T]) -> T:
        """
        Return what *asked* comes to; where it takes virtual time, let that pass.

        Nothing runs any more when this returns.
        """
        answer = asyncio.ensure_future(asked)
        limit = self._now_ns + LONGEST_REQUEST // _MICROSECOND * 1000
        self._moved_at = time.monotonic()
        try:
            while not answer.done():
                await self._wait_for(answer)
                due = self._due
                if answer.done():
                    break
                if due is None or due > limit:
                    await asyncio.wait((answer,), timeout=_NAP)
                else:
                    self._move_to(due)
            return answer.result()
        finally:
            answer.cancel()

    async def rest(self) -> None:
        """
        Wait until nothing runs.

        Raises:
            DriverFault: A driver has ended, or does not come to rest.
        """
        looks = 0
        self._moved_at = time.monotonic()
        while not await self._is_still():
            for driver in self._drivers:
                driver.check()
            if looks >= _QUICK_LOOKS:
                self._blame_if_too_slow()
            await self._nap(looks)
            looks += 1

    async def _wait_for[T](self, answer: asyncio.Future[T]) -> None:
        """Wait until nothing runs, or *answer* is there."""
        looks = 0
        while not answer.done() and not await self._is_still():
            await self._nap(looks)
            looks += 1

    @staticmethod
    async def _nap(looks: int) -> None:
        """Let others have the processor for a moment."""
        if looks < _QUICK_LOOKS:
            time.sleep(_QUICK_NAP)
            await asyncio.sleep(0)
        else:
            await asyncio.sleep(_NAP)

    def _blame_if_too_slow(self) -> None:
        since = max(self._moved_at, self.last_seen())
        for driver in self._drivers:
            if time.monotonic() - since > driver.limit.total_seconds():
                runs = driver.tree.running() or "a request is under way"
                driver.blame(
                    too_slow(
                        driver.limit,
                        f"no rest: {runs}",
                        "time stands still while anything runs: wait with a sleep or a "
                        "timer, do not look at the clock over and over",
                    )
                )

    async def _is_still(self) -> bool:
        """
        Tell whether there was a moment just now when nothing ran or was under way.

        The next deadline is that of this moment: waits that are chains of real naps tell
        none between two of these.
        """
        before = self._rest_of_all()
        if before is None or self._is_serving():
            return False
        sent = [(driver.tree, driver.tree.traffic) for driver in self._drivers]
        is_news = any(tree.has_new_traffic for tree, _ in sent)
        # What comes is mostly seen by the server at once: only then ask the kernel.
        if await self._hears_of_something(_TURNS):
            return False
        if is_news and (
            await self._hears_of_something(_TURNS_FOR_A_REQUEST)
            or not self._has_arrived()
            or await self._hears_of_something(_TURNS_FOR_A_REQUEST)
        ):
            return False
        due = self._next_due()
        if before != self._rest_of_all():
            return False
        self._due = due
        for tree, count in sent:
            tree.note_quiet(count)
        return True

    async def _hears_of_something(self, turns: int) -> bool:
        """Let the event loop turn; tell whether a request or an answer came meanwhile."""
        last_seen = self.last_seen()
        for _ in range(turns):
            await asyncio.sleep(0)
            if self._has_answer() or last_seen != self.last_seen():
                return True
        return self._is_serving()

    def _has_answer(self) -> bool:
        return any(driver.has_answer for driver in self._drivers)

    def _is_serving(self) -> bool:
        return self.servers is not None and self.servers.in_flight > 0

    def _has_arrived(self) -> bool:
        """Tell whether all that SDKs and servers have sent has arrived."""
        if self.servers is None:
            return True
        return is_quiet(self.servers.ports)

    def _rest_of_all(self) -> Rest | None:
        rest: Rest = {}
        for driver in self._drivers:
            one = driver.tree.rest()
            if one is None:
                return None
            rest |= one
        return rest

    def _next_due(self) -> int | None:
        """Return the next deadline in nanoseconds since the epoch; never the past."""
        spans = [
            span
            for driver in self._drivers
            if (span := driver.tree.next_span_ns()) is not None
        ]
        return self._now_ns + min(spans) if spans else None

    def _pass(self, instant_ns: int) -> None:
        """Let time pass for everybody, outside of any request."""
        if instant_ns > self._now_ns:
            self._habits.note_passing(instant_ns - self._now_ns)
        self._move_to(instant_ns)

    def habits(self) -> str:
        """Say how the SDKs waited since the story began."""
        return str(self._habits)

    def _move_to(self, instant_ns: int) -> None:
        """Move time, by nothing at all if need be, and wake whoever is due."""
        by = instant_ns - self._now_ns
        self._now_ns = instant_ns
        for driver in self._drivers:
            driver.tree.move_by(by)
        self._moved_at = time.monotonic()
