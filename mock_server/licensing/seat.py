"""Who holds a licence item, how many seats of it, and until when."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple


class Seat(NamedTuple):
    """what one client holds: so many *seats*, until *until* (exclusive)."""

    seats: int
    until: datetime


class Seats:
    """The seats that are held, by licence item and client UUID."""

    def __init__(self) -> None:
        """Begin with none."""
        self._held: defaultdict[str, dict[str, Seat]] = defaultdict(dict)
        #: By item an instant before which none of its seats ends.
        self._first_end: dict[str, datetime] = {}
        self._last: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def take(self, item: str, client_uuid: str, seat: Seat, now: datetime) -> None:
        """Let a client hold *seat* of *item* from *now* on, in place of what it held."""
        if now >= self._first_end.get(item, seat.until):
            self._held[item] = self.held(item, now)
            ends = (one.until for one in self._held[item].values())
            self._first_end[item] = min(ends, default=seat.until)
        self._first_end[item] = min(self._first_end.get(item, seat.until), seat.until)
        self._held[item][client_uuid] = seat
        self._last[item][client_uuid] = seat.seats

    def refresh(self, item: str, client_uuid: str, now: datetime, until: datetime) -> bool:
        """Let a client that holds a seat *now* hold it until *until*; tell whether so."""
        seat = self.holding(item, client_uuid, now)
        if seat is not None and until > seat.until:
            self._held[item][client_uuid] = Seat(seat.seats, until)
        return seat is not None

    def holding(self, item: str, client_uuid: str, now: datetime) -> Seat | None:
        """Return what a client holds of *item* at *now*, if anything."""
        seat = self._held.get(item, {}).get(client_uuid)
        return seat if seat is not None and seat.until > now else None

    def held(self, item: str, now: datetime) -> dict[str, Seat]:
        """Return who holds seats of *item* at *now*; what is over is free."""
        found = self._held.get(item, {})
        return {uuid: seat for uuid, seat in found.items() if seat.until > now}

    def holders(self, item: str, now: datetime) -> int:
        """Return how many clients hold seats of *item* at *now*."""
        if now < self._first_end.get(item, now):
            return len(self._held[item])
        return len(self.held(item, now))

    def last_count(self, item: str, client_uuid: str) -> int:
        """Return how many seats a client last held, be they free by now; one if none."""
        return self._last.get(item, {}).get(client_uuid, 1)
