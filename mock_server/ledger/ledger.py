"""
What clients reported, and what of it is counted.

A *portion* is the units of one (handshake code, client UUID, slot, type) that one
report carries. A portion whose answer was lost comes again from a client that keeps
to the rules; that second coming is a *redelivery* and adds nothing. The ledger cannot
know that an answer is lost, only that none is confirmed: so every stored portion waits
for its confirmation, and an identical one that comes meanwhile is its redelivery,
which waits for a confirmation of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from mock_server.ledger.bucket import Bucket, bucket_number
from mock_server.ledger.device import Devices
from mock_server.ledger.portion import Account, Portion, Sending

#: An account but for its type: licence item, handshake code, client UUID, slot.
type _Place = tuple[str | None, str, str | None, datetime | None]
#: A bucket but for its type: handshake code, licence item, number.
type _Hours = tuple[str, str | None, int]
# What comes together is of few places and many types: so most is looked up once for all.
type _ByType = defaultdict[str | None, int]


class Ledger:
    """The units stored so far, counted once each."""

    def __init__(self) -> None:
        """Begin empty."""
        self.devices = Devices()
        # These are always busy, and add up in a quarter of the time of a Counter.
        self._units: defaultdict[_Place, _ByType] = defaultdict(_no_units)
        self._totals: defaultdict[str, int] = defaultdict(int)
        self._item_totals: defaultdict[str | None, int] = defaultdict(int)
        self._buckets: defaultdict[_Hours, _ByType] = defaultdict(_no_units)
        self._redelivered: list[Portion] = []
        #: By sending the entries that hold it and are unconfirmed, oldest first.
        self._waiting: dict[Sending, list[int]] = {}
        self._unconfirmed: dict[int, list[tuple[Sending, Portion]]] = {}
        self._lost: set[int] = set()

    @property
    def units(self) -> Mapping[Account, int]:
        """The units stored per account, redeliveries not counted again; as `buckets`."""
        return {
            Account(*place, type_): units
            for place, by_type in self._units.items()
            for type_, units in by_type.items()
        }

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
        """The units stored per two hours of slots, put together anew whenever asked for."""
        return {
            (code, item, type_, number): units
            for (code, item, number), by_type in self._buckets.items()
            for type_, units in by_type.items()
        }

    @property
    def redelivered(self) -> tuple[Portion, ...]:
        """The portions that were taken as redeliveries, in order of arrival."""
        return tuple(self._redelivered)

    @property
    def unconfirmed(self) -> Mapping[int, tuple[Portion, ...]]:
        """
        The portions of which their clients do not know, by number of their entry.

        What was delivered again belongs to the later entry.
        """
        return {
            number: tuple(portion for _, portion in held)
            for number, held in self._unconfirmed.items()
        }

    @property
    def lost(self) -> frozenset[int]:
        """The unconfirmed entries of which it is known that no answer went out."""
        return frozenset(self._lost)

    def store(
        self,
        number: int,
        portions: tuple[Portion, ...],
        at: datetime,
        *,
        is_answered: bool = False,
    ) -> None:
        """
        Take in the entry *number*, which came *at*.

        *is_answered*: it need not be confirmed, since its client may know already.
        """
        if is_answered and not self._waiting:
            self._count(portions, at)
            return
        sent = [(portion.sending, portion) for portion in portions]
        self._count(self._first_told(sent) if self._waiting else portions, at)
        if is_answered:
            return
        self._unconfirmed[number] = sent
        for sending, _ in sent:
            waiting = self._waiting.get(sending)
            if waiting is None:
                self._waiting[sending] = [number]
            else:
                waiting.append(number)

    def confirm(self, number: int) -> None:
        """Note that the answer to *number* arrived: its portions wait no longer."""
        self._lost.discard(number)
        for sending, _ in self._unconfirmed.pop(number, ()):
            # Mostly nobody else waits, and then there is nothing to put back.
            waiting = self._waiting.pop(sending)
            waiting.remove(number)
            if waiting:
                self._waiting[sending] = waiting

    def lose(self, number: int) -> None:
        """Note that the answer to *number* did not go out."""
        if number in self._unconfirmed:
            self._lost.add(number)

    def _first_told(self, sent: list[tuple[Sending, Portion]]) -> Sequence[Portion]:
        """
        Return what was *sent*, redeliveries without units.

        Twins within one submission are no redeliveries of one another: none of it waits
        yet.
        """
        return [
            Portion(portion.account, 0)
            if self._is_redelivery(sending, portion)
            else portion
            for sending, portion in sent
        ]

    def _is_redelivery(self, sending: Sending, portion: Portion) -> bool:
        """Note *portion* as the redelivery of the oldest that waits, if any does."""
        waiting = self._waiting.get(sending)
        if waiting is None:
            return False
        earlier = waiting.pop(0)
        if not waiting:
            del self._waiting[sending]
        self._redelivered.append(portion)
        self._hand_on(earlier, sending)
        return True

    def _hand_on(self, number: int, sending: Sending) -> None:
        """Let the entry *number* wait for one *sending* less."""
        held = self._unconfirmed[number]
        held.pop(next(i for i, (one, _) in enumerate(held) if one == sending))
        if not held:
            del self._unconfirmed[number]
            self._lost.discard(number)

    def _count(self, portions: Sequence[Portion], at: datetime) -> None:
        """Add *portions* up; what they share, as those of one report do, is done once."""
        place: _Place | None = None
        total = 0
        for account, units in portions:
            item, code, client_uuid, slot, type_ = account
            its_place = (item, code, client_uuid, slot)
            if its_place != place:
                if place is not None:
                    self._add(place, total, at)
                place, total = its_place, 0
                by_type = self._units[place]
                hours = self._buckets[code, item, bucket_number(slot or at)]
            if units:
                total += units
                by_type[type_] += units
                hours[type_] += units
        if place is not None:
            self._add(place, total, at)

    def _add(self, place: _Place, units: int, at: datetime) -> None:
        item, code, client_uuid, _ = place
        self.devices.saw((code, item, client_uuid), at).units += units
        if units:
            self._totals[code] += units
            self._item_totals[item] += units


def _no_units() -> _ByType:
    return defaultdict(int)
