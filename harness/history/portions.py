"""
Portions as a capture shows them: what failed and has to come again, what was accepted.

Nobody knows what was done, so a portion is known by its key and its count. Two are the
same only if their slot was closed when the first of them was submitted: of an open slot
more may have been done meanwhile, and what comes later is left undecided.
"""

from collections import defaultdict
from collections.abc import Iterator

from harness.domain.generation import Generation
from harness.history.claim import Claim
from harness.history.lot import Fate, Key, Lot, units_of
from harness.history.submission import Submission
from harness.history.tolerance import TOLERANCE


class AcceptedPortions:
    """
    The latest portions that were accepted, of all devices together.

    Only so many are remembered: an older one that comes again passes for a new one.
    """

    def __init__(self, most: int = 200_000) -> None:
        """Remember at most *most* portions."""
        self._most = most
        self._known: dict[int, tuple[int, float, int]] = {}

    def add(self, device: str, claim: Claim) -> None:
        """Remember a portion that was accepted."""
        submission = claim.submission
        name = self._name(device, claim)
        self._known.pop(name, None)
        over_at = submission.exchange.over_at.timestamp()
        self._known[name] = (submission.entry, over_at, hash(submission.exchange.digest))
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]

    def earlier(self, device: str, claim: Claim) -> int | None:
        """Return the entry of the submission in which the same was accepted, if any."""
        entry, over_at, digest = self._known.get(self._name(device, claim), (-1, 0.0, 0))
        passed = claim.submission.at.timestamp() - over_at
        is_same_body = digest == hash(claim.submission.exchange.digest)
        # In one and the same instant a slot may go out in several parts.
        is_again = passed > TOLERANCE.total_seconds() or (passed >= 0 and is_same_body)
        return entry if entry not in (-1, claim.submission.entry) and is_again else None

    def _name(self, device: str, claim: Claim) -> int:
        return hash((device, claim.key, claim.units))


class Portions:
    """The portions of one device that failed, until they are accepted."""

    def __init__(self, device: str, generation: Generation, old: AcceptedPortions) -> None:
        """Begin with none; *old* remembers those that were accepted."""
        self._device = device
        self._generation = generation
        self._old = old
        self._failed: dict[Key, list[Lot]] = defaultdict(list)

    def failed(self) -> Iterator[Lot]:
        """All portions that have failed and were not accepted since."""
        for lots in self._failed.values():
            yield from lots

    def forget(self, lot: Lot) -> None:
        """Expect *lot* no more."""
        lots = self._failed.get(lot.key, [])
        if lot in lots:
            lots.remove(lot)
        if not lots:
            self._failed.pop(lot.key, None)

    def trace(self, claim: Claim, session: int) -> list[Lot]:
        """
        Return the failed portions that *claim* carries again; a new one is entered.

        *session* is where its units were done. What had been accepted before becomes
        the claim's excess.
        """
        assert claim.key is not None
        submission = claim.submission
        if submission.at < self._generation.slot_end(claim.key.slot) + TOLERANCE:
            claim.fresh = [self._lot(claim, claim.units, session)]
            return []
        before = [
            lot
            for lot in self._failed.get(claim.key, [])
            if lot.submission is not submission
        ]
        same = next((lot for lot in before if lot.units == claim.units), None)
        found = [same] if same else before
        missing = claim.units - units_of(found)
        claim.accepted_in = None if found else self._old.earlier(self._device, claim)
        if claim.accepted_in is not None:
            claim.is_repeat = True
            claim.excess = self._lot(claim, claim.units, session)
        elif not found:
            claim.fresh = [self._lot(claim, claim.units, session)]
        elif missing > 0:
            claim.excess = self._lot(claim, missing, session)
        self._note(claim, found)
        return found

    def _lot(self, claim: Claim, units: int, session: int) -> Lot:
        assert claim.key is not None
        submission = claim.submission
        return Lot(
            key=claim.key,
            units=units,
            at=submission.at,
            entry=submission.entry,
            session=session,
            client_uuids=tuple(filter(None, [claim.report.client_uuid])),
            owed=False,
            is_observed=True,
            fate=Fate.ACCEPTED if submission.is_accepted else Fate.FAILED,
            submission=submission,
            portion=claim.index,
        )

    def _note(self, claim: Claim, found: list[Lot]) -> None:
        """Remember what became of the portion: only what failed is still owed."""
        if claim.submission.is_accepted:
            self._old.add(self._device, claim)
            for lot in found:
                self.forget(lot)
            return
        for lot in claim.fresh:
            self._failed[lot.key].append(lot)


def is_failover(lot: Lot, submission: Submission) -> bool:
    """The other server was tried in the same instant, the first one having said nothing."""
    before = lot.submission
    if before is None or before.exchange.status is not None:
        return False
    # Which of two addresses is the standby's, nobody may have told.
    was, now = before.exchange, submission.exchange
    is_other = (was.server, was.base) != (now.server, now.base)
    return is_other and submission.at - was.over_at <= TOLERANCE


def is_sent_on(submission: Submission) -> bool:
    """The client was told to ask elsewhere, or to tell a proxy who it is: it asks again."""
    status = submission.exchange.status
    return status is not None and (300 <= status < 400 or status == 407)
