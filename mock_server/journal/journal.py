"""The last so many exchanges, and how many are forgotten."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Protocol

import msgspec

from harness.domain.recording import Exchange
from mock_server.journal.criteria import Criteria

#: So many are kept unless somebody says otherwise; an exchange has some 2 kB.
DEFAULT_CAPACITY = 10_000


class Past(Protocol):
    """An exchange that is over and can still be told."""

    @property
    def at(self) -> datetime:
        """When it was over."""
        ...

    def exchange(self) -> Exchange:
        """Tell it, the same each time."""
        ...


class _Told(msgspec.Struct, frozen=True):
    """One that has been told already."""

    told: Exchange

    @property
    def at(self) -> datetime:
        return self.told.at

    def exchange(self) -> Exchange:
        return self.told


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange and its number, counted from 1; numbers are never used again."""

    number: int
    exchange: Exchange


class Journal:
    """
    Exchanges in the order in which their fate was known; the oldest go first.

    To add one costs the same however many there are.

    Attributes:
        capacity: How many are kept.
        evicted: How many went to make room.
        began_late: Whether there were exchanges before that this journal never saw,
            as after a restart.
    """

    def __init__(
        self, capacity: int = DEFAULT_CAPACITY, *, began_late: bool = False
    ) -> None:
        """Begin empty; *capacity* is at least 1."""
        self.capacity = capacity
        self.evicted = 0
        self.began_late = began_late
        self._kept: deque[Past] = deque(maxlen=capacity)
        self._first = 1
        self._evicted_until: datetime | None = None

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)

    @property
    def last(self) -> int:
        """The number of the latest entry that ever was, kept or not; 0: there was none."""
        return self._first + len(self._kept) - 1

    def add(self, exchange: Exchange) -> int:
        """Note *exchange* and return its number."""
        return self.add_past(_Told(exchange))

    def add_past(self, past: Past) -> int:
        """
        Note *past* and return its number.

        It is told whenever somebody wants to see it, which mostly nobody does.
        """
        if len(self._kept) == self.capacity:
            self._forget(self._kept[0].at)
        self._kept.append(past)
        return self.last

    def get(self, number: int) -> Entry | None:
        """Return the entry with that number; ``None``: not, or not any more."""
        position = number - self._first
        if not 0 <= position < len(self._kept):
            return None
        return Entry(number=number, exchange=self._kept[position].exchange())

    def entries(self, criteria: Criteria, after: int = 0) -> Iterator[Entry]:
        """Return what meets *criteria* and has a number above *after*, oldest first."""
        skipped = max(0, after - self._first + 1)
        rest = islice(self._kept, skipped, None)
        for number, past in enumerate(rest, self._first + skipped):
            exchange = past.exchange()
            if criteria.is_met(exchange):
                yield Entry(number=number, exchange=exchange)

    def is_complete(self, criteria: Criteria) -> bool:
        """
        Tell whether `entries` has all that ever met *criteria*.

        It has not if something was forgotten that may have met them.
        """
        if self.began_late:
            return False
        if self._evicted_until is None:
            return True
        return criteria.since is not None and criteria.since > self._evicted_until

    def clear(self) -> None:
        """Forget everything on purpose: what comes from now on is complete again."""
        self._first += len(self._kept)
        self._kept.clear()
        self.evicted = 0
        self.began_late = False
        self._evicted_until = None

    def _forget(self, at: datetime) -> None:
        """Note that the oldest goes, which ended *at*; clocks may have been set back."""
        self.evicted += 1
        self._first += 1
        if self._evicted_until is None or at > self._evicted_until:
            self._evicted_until = at
