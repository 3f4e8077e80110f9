"""A clock that goes by itself and can be stopped and set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from harness.domain.instant import render_span

#: Instants further away than this are past the calendar, or soon will be.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


class ClockState(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a clock shows and how it goes.

    Attributes:
        frozen: Whether it stands still.
        ahead: How far it is ahead of the real time, a span; ``-`` before it: behind.
    """

    now: datetime
    frozen: bool
    ahead: str


class SteerableClock:
    """The real time at first; frozen, moved or put right on command."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        """Follow *real*."""
        self._real = real
        self._ahead = timedelta()
        self._frozen_at: datetime | None = None

    def now(self) -> datetime:
        """Return the present instant."""
        if self._frozen_at is not None:
            return self._frozen_at
        return self._real() + self._ahead if self._ahead else self._real()

    @property
    def state(self) -> ClockState:
        """What it shows and how it goes."""
        ahead = self._ahead
        if self._frozen_at is not None:
            ahead = self._frozen_at - self._real()
        sign = "-" if ahead < timedelta() else ""
        return ClockState(
            now=self.now(),
            frozen=self._frozen_at is not None,
            ahead=sign + render_span(abs(ahead)),
        )

    def freeze(self, at: datetime | None = None) -> None:
        """
        Stand still, at *at* if that is given.

        Raises:
            ValueError: *at* is no instant that this clock can go on from.
        """
        self._frozen_at = _checked(at or self.now())

    def advance(self, by: timedelta) -> None:
        """
        Move forward, frozen or not.

        Raises:
            ValueError: It would leave the calendar.
        """
        moved = _checked(_sum(self.now(), by))
        if self._frozen_at is not None:
            self._frozen_at = moved
        else:
            self._ahead = moved - self._real()

    def go_on(self) -> None:
        """Go on from what it shows."""
        if self._frozen_at is not None:
            self._ahead = self._frozen_at - self._real()
            self._frozen_at = None

    def be_real(self) -> None:
        """Show the real time again."""
        self._frozen_at = None
        self._ahead = timedelta()


def _sum(instant: datetime, span: timedelta) -> datetime:
    try:
        return instant + span
    except OverflowError:
        return _LATEST


def _checked(instant: datetime) -> datetime:
    if not _EARLIEST <= instant < _LATEST:
        raise ValueError(f"expected an instant from 1970 to 8999, got {instant}")
    return instant.astimezone(UTC)
