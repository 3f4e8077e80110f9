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
        self._device = device.name
        self._counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
        for key, account in device.accounts.items():
            self.enter(key, "performed", account.performed_units)
            self.enter(key, "stored", account.accepted_units)
        for lot in device.lots():
            if lot.fate is Fate.STORED:
                self.enter(lot.key, "stored", lot.units)

    def enter(self, key: Key, column: str, units: int) -> None:
        """Add *units* to a *column*: the name of a field of `Ledger`."""
        self._counts[key][column] += units

    def total(self) -> Ledger:
        """Return the ledger of the device."""
        total: Counter[str] = Counter()
        for counts in self._counts.values():
            total.update(counts)
        return Ledger(**total)

    def by_slot(self) -> tuple[SlotLedger, ...]:
        """Return a ledger for each key under which there are any units, oldest first."""
        return tuple(
            SlotLedger(
                device=self._device,
                code=key.code,
                slot=key.slot,
                type=key.type,
                ledger=Ledger(**counts),
            )
            for key, counts in sorted(self._counts.items(), key=_oldest_first)
            if any(counts.values())
        )


def _oldest_first(item: tuple[Key, Counter[str]]) -> tuple[object, ...]:
    key, _ = item
    return key.slot, key.code, key.type
