"""The clock that player, mock and recording share."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


class VirtualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, begin: datetime) -> None:
        """Start at *begin*."""
        self._now = begin

    def now(self) -> datetime:
        """Return the present instant."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """
        Move forward to *instant*.

        Raises:
            ValueError: *instant* lies in the past.
        """
        if instant < self._now:
            raise ValueError(f"the clock shows {self._now}; cannot go back to {instant}")
        self._now = instant
