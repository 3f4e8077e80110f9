"""The books of one device: for every key, how many units ended where."""

from collections import Counter, defaultdict

from harness.domain.results import Ledger
from harness.domain.slot_ledger import SlotLedger
from harness.history.device import Device
from harness.history.lot import Fate, Key


class Books:
    """Counts units by key, and by what became of them."""

    def __init__(self, device: Device) -> None:
        """Open them with what was performed and what servers have."""
        self._device = device
        self._entered: defaultdict[Key, Counter[str]] = defaultdict(Counter)
        for lot in device.lots():
            if lot.fate is Fate.STORED:
                self.enter(lot.key, "stored", lot.units)

    def enter(self, key: Key, column: str, units: int) -> None:
        """Add *units* to a *column*: the name of a field of `Ledger`."""
        self._entered[key][column] += units

    def total(self) -> Ledger:
        """Return the ledger of the device."""
        accounts = self._device.accounts
        total = Counter(
            performed=accounts.forgotten_performed, stored=accounts.forgotten_stored
        )
        for account in accounts:
            total["performed"] += account.performed_units
            total["stored"] += account.accepted_units
        for counts in self._entered.values():
            total.update(counts)
        return Ledger(**total)

    def by_slot(self) -> tuple[SlotLedger, ...]:
        """Return a ledger for each key under which there are any units, oldest first."""
        books = {key: Counter(counts) for key, counts in self._entered.items()}
        for account in self._device.accounts:
            counts = books.setdefault(account.key, Counter())
            counts["performed"] += account.performed_units
            counts["stored"] += account.accepted_units
        return tuple(
            SlotLedger(
                device=self._device.name,
                code=key.code,
                slot=key.slot,
                type=key.type,
                ledger=Ledger(**counts),
            )
            for key, counts in sorted(books.items(), key=_oldest_first)
            if any(counts.values())
        )


def _oldest_first(item: tuple[Key, Counter[str]]) -> tuple[object, ...]:
    key, _ = item
    return key.slot, key.code, key.type
