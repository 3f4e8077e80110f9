"""The clock that the SDK goes by; it moves when dlscheck says so, and at no other time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Timer:
    """Something that is to be done once, when `due_ms` have passed."""

    def __init__(self, due_ms: int, act: Callable[[], None]) -> None:
        self.due_ms = due_ms
        self.act = act


class Clock:
    """
    What the device's clock shows, and the time that passes: two things, since a user can
    set the first. Timers go by the second.
    """

    def __init__(self) -> None:
        self._passed_ms = 0
        #: The device's clock shows what has passed, and this besides.
        self._ahead_ms = 0
        self._timers: list[Timer] = []

    def now_ms(self) -> int:
        """What the device's clock shows, in milliseconds since 1970."""
        return self._passed_ms + self._ahead_ms

    def call_later(self, delay_ms: int, act: Callable[[], None]) -> Timer:
        """Do *act* once, after *delay_ms*."""
        timer = Timer(self._passed_ms + delay_ms, act)
        self._timers.append(timer)
        return timer

    def cancel(self, timer: Timer) -> None:
        """Forget *timer*, if it has not fired yet."""
        if timer in self._timers:
            self._timers.remove(timer)

    def advance(self, to_ms: int) -> None:
        """Let time pass until the clock shows *to_ms*: each timer fires when it is due."""
        end = to_ms - self._ahead_ms
        while self._timers and (first := self._first()).due_ms <= end:
            self._timers.remove(first)
            self._passed_ms = max(self._passed_ms, first.due_ms)
            first.act()
        self._passed_ms = max(self._passed_ms, end)

    def set(self, to_ms: int) -> None:
        """Set the device's clock; no time passes, and timers keep what is left to them."""
        self._ahead_ms = to_ms - self._passed_ms

    def next_timer_ms(self) -> int | None:
        """When the next timer fires, as the device's clock shows it."""
        return self._first().due_ms + self._ahead_ms if self._timers else None

    def _first(self) -> Timer:
        return min(self._timers, key=lambda timer: timer.due_ms)


def parse_time(text: str) -> int:
    """Return the milliseconds since 1970 of a time in a message."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND


def render_time(time_ms: int) -> str:
    """Return *time_ms* as messages have it: `2026-03-01T08:00:30.000Z`."""
    text = (_EPOCH + time_ms * _MILLISECOND).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
