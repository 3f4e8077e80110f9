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

    def take(self, item: str, client_uuid: str, count: int, until: datetime) -> None:
        """Let a client hold *count* seats of *item*, in place of what it held."""
        self._held[item][client_uuid] = Seat(count, until)

    def refresh(self, item: str, client_uuid: str, now: datetime, until: datetime) -> bool:
        """Let a client that holds a seat *now* hold it until *until*; tell whether so."""
        seat = self._held[item].get(client_uuid)
        if seat is None or seat.until <= now:
            return False
        if until > seat.until:
            self._held[item][client_uuid] = Seat(seat.seats, until)
        return True

    def held(self, item: str, now: datetime) -> dict[str, Seat]:
        """Return who holds seats of *item* at *now*; what is over is free."""
        found = self._held.get(item, {})
        return {uuid: seat for uuid, seat in found.items() if seat.until > now}

    def last_count(self, item: str, client_uuid: str) -> int:
        """Return how many seats a client last held, be they free by now; one if none."""
        seat = self._held[item].get(client_uuid)
        return seat.seats if seat else 1
