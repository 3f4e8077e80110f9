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
        session, operation = self.session, self.operation
        is_named = self.is_duplicate or operation.content or not operation.success
        return not is_named and session is not None and session.is_licensed
