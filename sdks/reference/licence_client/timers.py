"""
The client's timers. They run on the monotonic clock: setting the device's clock moves no
timer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MICROSECOND = timedelta(microseconds=1)


@dataclass
class _Timer:
    due_ns: int
    action: Callable[[], None]
    period_ns: int | None


class Timers:
    """What is to be done later, and when."""

    def __init__(self) -> None:
        self._timers: list[_Timer] = []

    def after(self, delay: timedelta, action: Callable[[], None]) -> None:
        """Do `action` once, `delay` from now."""
        self._timers.append(_Timer(time.monotonic_ns() + _nanoseconds(delay), action, None))

    def every(self, period: timedelta, action: Callable[[], None]) -> None:
        """
        Do `action` at every multiple of `period` from now,
        however late an earlier one was.
        """
        period_ns = _nanoseconds(period)
        self._timers.append(_Timer(time.monotonic_ns() + period_ns, action, period_ns))

    @property
    def next_due(self) -> datetime | None:
        """When the next timer is due, on the device's clock as it stands now."""
        if not self._timers:
            return None
        remaining_ns = min(timer.due_ns for timer in self._timers) - time.monotonic_ns()
        return datetime.now(UTC) + timedelta(microseconds=remaining_ns // 1000)

    def fire_due(self) -> None:
        """Do everything that is due by now, in order."""
        while self._timers:
            timer = min(self._timers, key=lambda timer: timer.due_ns)
            if timer.due_ns > time.monotonic_ns():
                return
            self._reschedule(timer)
            timer.action()

    def clear(self) -> None:
        """Forget all timers."""
        self._timers.clear()

    def _reschedule(self, timer: _Timer) -> None:
        if timer.period_ns is None:
            self._timers.remove(timer)
            return
        # After a suspended machine wakes, the periods that were missed are not made up for.
        missed = (time.monotonic_ns() - timer.due_ns) // timer.period_ns
        timer.due_ns += (1 + missed) * timer.period_ns


def _nanoseconds(span: timedelta) -> int:
    return span // _MICROSECOND * 1000
