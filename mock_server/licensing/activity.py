"""
Who was active in which slot, and how many too many that were.

Source: the vendor's page on usage alerts: what devices report late makes exceptions in
the slots that it is about. So everything here is by slot, whatever came when.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime


class Activity:
    """The seats that were active in every slot, by licence item."""

    def __init__(self) -> None:
        """Begin with none."""
        self._seats: defaultdict[tuple[str, datetime], dict[str, int]] = defaultdict(dict)
        self._active: defaultdict[str, Counter[datetime]] = defaultdict(Counter)

    def note(self, item: str, slot: datetime, client_uuid: str, seats: int) -> None:
        """Note that a client was active in *slot* with that many *seats*."""
        clients = self._seats[item, slot]
        added = seats - clients.get(client_uuid, 0)
        if added > 0:
            clients[client_uuid] = seats
            self._active[item][slot] += added

    def active(self, item: str) -> Mapping[datetime, int]:
        """Return how many seats of *item* were active, by slot."""
        return self._active.get(item, Counter())

    def exceptions(self, item: str, quota: int, begin: datetime, end: datetime) -> int:
        """Return what the seats above *quota* add up to, slots from *begin* to *end*."""
        return sum(
            active - quota
            for slot, active in self.active(item).items()
            if active > quota and begin <= slot < end
        )
