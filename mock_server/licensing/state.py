"""
What a mock server knows: the sum of its entries.

`State.apply` is the only way to change it; everything else reads.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from mock_server.ledger.attempts import Attempts
from mock_server.ledger.entry import (
    AlertsChecked,
    AnswerLost,
    AnyEntry,
    Authorised,
    ConfigurationChanged,
    Confirmed,
    Refused,
    Stored,
)
from mock_server.ledger.ledger import Ledger
from mock_server.ledger.portion import Portion
from mock_server.licensing.activity import Activity
from mock_server.licensing.catalogue import Catalogue
from mock_server.licensing.seat import Seat, Seats
from mock_server.licensing.validity import seat_until
from mock_server.world.licence_item import LicenceItem
from mock_server.world.world import World

_BY_DEVICE = ("device", "active-device", "server")
_CONCURRENT = ("concurrent-device", "concurrent-instance")


class State:
    """
    Everything that one server knows.

    Attributes:
        catalogue: The configuration that holds now.
        ledger: What clients reported.
        attempts: Which authorisation requests were granted and refused.
        seats, activity: Who holds licence items, and who was active when.
        trials: When each device began its public trial, by client UUID.
        alert_levels: The level in per cent that each subject of alerts was last at.
    """

    def __init__(self, world: World) -> None:
        """Begin with a configuration, and nothing else known."""
        self.catalogue = Catalogue(world)
        self.ledger = Ledger()
        self.attempts = Attempts()
        self.seats = Seats()
        self.activity = Activity()
        self.trials: dict[str, datetime] = {}
        self.alert_levels: Mapping[str, int] = {}
        self._grants: Counter[str] = Counter()
        self._granted: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def grants(self, item: str) -> int:
        """Return how many authorisation requests *item* was granted."""
        return self._grants[item]

    def is_known(self, client_uuid: str) -> bool:
        """Tell whether that client was ever authorised."""
        return client_uuid in self._granted

    def granted_item(self, client_uuid: str | None, code: str) -> str | None:
        """Return the licence item that a client was last granted by *code*, if any."""
        by_code = self._granted.get(client_uuid or "")
        return by_code.get(code) if by_code else None

    def apply(self, entry: AnyEntry, number: int) -> None:
        """Take in *entry*, which is the *number*th of all."""
        match entry:
            case Stored():
                self._store(entry, number)
            case Confirmed():
                self.ledger.confirm(entry.number)
            case AnswerLost():
                self.ledger.lose(entry.number)
            case Authorised():
                self._authorise(entry)
            case Refused():
                self.attempts.note(entry.handshake_code, entry.at, is_refused=True)
            case ConfigurationChanged():
                self.catalogue = Catalogue(entry.world)
            case AlertsChecked():
                self.alert_levels = entry.levels

    def _store(self, entry: Stored, number: int) -> None:
        is_answered = entry.answered
        self.ledger.store(number, entry.portions, entry.at, is_answered=is_answered)
        if not self.catalogue.has_holders:
            return
        for portion in entry.portions:
            item = self.catalogue.item(portion.account.item)
            if item is not None:
                self._note_use(item, portion, entry.at)

    def _note_use(self, item: LicenceItem, portion: Portion, at: datetime) -> None:
        """Let a report keep the seat of its device, and make it active in the slot."""
        client_uuid = portion.account.client_uuid or ""
        if item.charge_way in _BY_DEVICE:
            until = seat_until(item, self.catalogue.period, at)
            is_held = self.seats.refresh(item.id, client_uuid, at, until)
            if not is_held and item.seat_from == "use":
                self.seats.take(item.id, client_uuid, Seat(1, until), at)
        if item.charge_way in _CONCURRENT:
            seats = self.seats.last_count(item.id, client_uuid)
            slot = portion.account.slot or at
            self.activity.note(item.id, slot, client_uuid, seats)

    def _authorise(self, entry: Authorised) -> None:
        code, client_uuid = entry.handshake_code, entry.client_uuid
        device = self.ledger.devices.saw((code, entry.item, client_uuid), entry.at)
        device.alias = entry.alias or device.alias
        self.attempts.note(code, entry.at, is_refused=False)
        self._grants[entry.item] += 1
        self._granted[client_uuid][code] = entry.item
        if entry.is_trial:
            self.trials.setdefault(client_uuid, entry.at)
        item = self.catalogue.item(entry.item)
        if item is not None and item.charge_way in (*_BY_DEVICE, *_CONCURRENT):
            self._seat(item, entry)

    def _seat(self, item: LicenceItem, entry: Authorised) -> None:
        until = seat_until(item, self.catalogue.period, entry.at)
        held = self.seats.holding(item.id, entry.client_uuid, entry.at)
        if item.seat_from == "use" and item.charge_way in _BY_DEVICE and held is None:
            return
        self.seats.take(item.id, entry.client_uuid, Seat(entry.seats, until), entry.at)
