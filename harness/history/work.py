"""An operation as the rules see it."""

from dataclasses import dataclass

from harness.domain.recording import OperationCalled
from harness.history.lot import Lot
from harness.history.session import Session


@dataclass(frozen=True)
class Work:
    """
    One operation that the SDK was asked for.

    Attributes:
        session: The live session; ``None``: there was none.
        lot: What the SDK owes for it, if anything.
        is_duplicate: A repeat, which an SDK that suppresses those does not count.
    """

    session: Session | None
    operation: OperationCalled
    entry: int
    lot: Lot | None
    is_duplicate: bool
