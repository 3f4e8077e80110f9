"""
What clients reported, and what of it is counted.

A *portion* is the units of one (handshake code, client UUID, slot, type) that one
report carries. A portion whose answer was lost comes again from a client that keeps
to the rules; that second coming is a *redelivery* and adds nothing. The ledger cannot
know that an answer is lost, only that none is confirmed: so every stored portion waits
for its confirmation, and an identical one that comes meanwhile is its redelivery,
which waits for a confirmation of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from mock_server.ledger.bucket import Bucket, bucket_number
from mock_server.ledger.device import Devices
from mock_server.ledger.portion import Account, Portion


class Ledger:
    """The units stored so far, counted once each."""

    def __init__(self) -> None:
        """Begin empty."""
        self.devices = Devices()
        self._units: Counter[Account] = Counter()
        self._totals: Counter[str] = Counter()
        self._item_totals: Counter[str | None] = Counter()
        self._buckets: Counter[Bucket] = Counter()
        self._redelivered: list[Portion] = []
        #: Per portion the entries that hold it and are unconfirmed, oldest first.
        self._waiting: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        self._unconfirmed: dict[int, tuple[Portion, ...]] = {}
        self._lost: set[int] = set()

    @property
    def units(self) -> Mapping[Account, int]:
        """The units stored per account, redeliveries not counted again."""
        return self._units

    @property
    def totals(self) -> Mapping[str, int]:
        """The units stored per handshake code."""
        return self._totals

    @property
    def item_totals(self) -> Mapping[str | None, int]:
        """The units stored per licence item, by whatever code they came."""
        return self._item_totals

    @property
    def buckets(self) -> Mapping[Bucket, int]:
        """The units stored per two hours of slots."""
        return self._buckets

    @property
    def redelivered(self) -> tuple[Portion, ...]:
        """The portions that were taken as redeliveries, in order of arrival."""
        return tuple(self._redelivered)

    @property
    def unconfirmed(self) -> Mapping[int, tuple[Portion, ...]]:
        """The portions of which their clients do not know, by number of their entry."""
        return self._unconfirmed

    @property
    def lost(self) -> frozenset[int]:
        """The unconfirmed entries of which it is known that no answer went out."""
        return frozenset(self._lost)

    def store(self, number: int, portions: tuple[Portion, ...], at: datetime) -> None:
        """Take in the entry *number*, which came *at*."""
        # Twins within one submission are no redeliveries of one another, so all are
        # counted before any of them waits.
        for portion in portions:
            self._count(portion, at)
        self._unconfirmed[number] = portions
        for portion in portions:
            self._waiting[portion.sending].append(number)

    def confirm(self, number: int) -> None:
        """Note that the answer to *number* arrived: its portions wait no longer."""
        self._lost.discard(number)
        for portion in self._unconfirmed.pop(number, ()):
            waiting = self._waiting.get(portion.sending, [])
            if number in waiting:
                waiting.remove(number)
            if not waiting:
                self._waiting.pop(portion.sending, None)

    def lose(self, number: int) -> None:
        """Note that the answer to *number* did not go out."""
        if number in self._unconfirmed:
            self._lost.add(number)

    def _count(self, portion: Portion, at: datetime) -> None:
        account, units = portion
        item, code, client_uuid, slot, type_ = account
        device = self.devices.saw((code, item, client_uuid), at)
        waiting = self._waiting.get(portion.sending)
        if waiting:
            del waiting[0]
            self._redelivered.append(portion)
            return
        device.units += units
        self._units[account] += units
        self._totals[code] += units
        self._item_totals[item] += units
        self._buckets[Bucket(code, item, type_, bucket_number(slot or at))] += units
