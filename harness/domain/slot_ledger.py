"""A ledger of its own for every slot: where the units went that one device counts there."""

from datetime import datetime

from harness.domain.results import Ledger, Record


class SlotLedger(Record, frozen=True, kw_only=True):
    """
    The units that one device counts under one code, slot and type.

    Attributes:
        slot: The slot's first instant.
    """

    device: str
    code: str
    slot: datetime
    type: str
    ledger: Ledger

    @property
    def is_balanced(self) -> bool:
        """Whether each unit is where it should be, in this very slot."""
        units = self.ledger
        settled = units.stored + units.pending + units.purged
        return units.performed == settled and not units.lost and not units.invented
