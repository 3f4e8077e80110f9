"""What one entry of one report lays claim to."""

from collections.abc import Sequence

import msgspec

from harness.domain.message import Report, Usage
from harness.history.lot import Key, Lot
from harness.history.submission import Submission


class Claim(msgspec.Struct, eq=False, gc=False):
    """
    One portion: the units of one key that one report carries, traced to their lots.

    Attributes:
        index: Its position among the usage entries of the submission.
        key: ``None`` where the report does not say code, slot or type.
        session_code: The handshake code of the session that submitted it.
        fresh: Never submitted before.
        resent: Failed in an earlier session.
        redelivered: Stored in an earlier session, the answer lost; identical portion.
        merged: The same, but the portion is not the one that was stored.
        retried: Submitted in this session already, and not accepted.
        tried_before: The submission that carried the first of those.
        failed_over: The same, but the first server took nothing in.
        undecided: Submitted before, and nobody can tell in which session (captures).
        may_be_retry: Some of those may have been submitted in this very session.
        excess: Units that no operation accounts for, if any.
        accepted_in: Entry of the last submission of this key that was accepted before.
        is_repeat: A portion of just so many units was accepted before.
        is_plain: It carries what was never submitted before, and nothing else.
    """

    submission: Submission
    index: int
    report: Report
    usage: Usage
    key: Key | None
    units: int
    session_code: str | None = None
    fresh: Sequence[Lot] = ()
    resent: Sequence[Lot] = ()
    redelivered: Sequence[Lot] = ()
    merged: Sequence[Lot] = ()
    retried: Sequence[Lot] = ()
    tried_before: Submission | None = None
    failed_over: Sequence[Lot] = ()
    undecided: Sequence[Lot] = ()
    may_be_retry: bool = False
    excess: Lot | None = None
    accepted_in: int | None = None
    is_repeat: bool = False
    is_plain: bool = False

    @property
    def is_again(self) -> bool:
        """Some of it had been submitted before, and had not been accepted."""
        return bool(self.resent or self.retried or self.failed_over or self.undecided)

    @property
    def lots(self) -> Sequence[Lot]:
        """All lots it carries."""
        if self.is_plain:
            return self.fresh
        lots = [*self.fresh, *self.resent, *self.redelivered]
        lots += [*self.merged, *self.retried, *self.failed_over, *self.undecided]
        return [*lots, self.excess] if self.excess else lots


class Excess(msgspec.Struct, frozen=True, eq=False):
    """Units that a claim carried and no operation accounts for."""

    lot: Lot
    claim: Claim
