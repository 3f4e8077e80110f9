"""An operation as the rules see it."""

import msgspec

from harness.domain.recording import OperationCalled
from harness.history.lot import Lot
from harness.history.session import Session


class Work(msgspec.Struct, frozen=True, eq=False, gc=False):
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

    @property
    def is_ordinary(self) -> bool:
        """Done under a licence, with success, for the first time, and without content."""
        if self.lot is None or self.operation.content or self.session is None:
            return False
        return self.session.is_licensed
