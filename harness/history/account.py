"""All units that one device counts under one key, and who laid claim to them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from harness.history.claim import Claim
from harness.history.lot import Fate, Key, Lot, units_of
from harness.history.mark import BOUNDARY
from harness.history.submission import Submission


class Account:
    """
    The open lots of one key, oldest first; accepted ones are only counted.

    Attributes:
        number: Rank among all accounts of the device.
        sessions: Numbers of the sessions in which something of it was done.
        performed_units: What is owed of it, or was and is accepted.
        accepted_in: Entry of the last submission of it that was accepted.
        uncounted_in: Entry of the last operation of it that is not to be counted.
    """

    __slots__ = (
        "_accepted_portions",
        "_boundary_units",
        "_duplicate_units",
        "_is_untouched",
        "_other_side",
        "_unsuccessful_units",
        "accepted_in",
        "accepted_units",
        "key",
        "lots",
        "number",
        "performed_units",
        "sessions",
        "uncounted_in",
    )

    def __init__(self, key: Key, other_side: datetime, number: int = 0) -> None:
        """Open an empty account; *other_side*: where the other grid puts boundaries."""
        self.key = key
        self.number = number
        self.lots: list[Lot] = []
        self.sessions: tuple[int, ...] = ()
        self.performed_units = 0
        self.accepted_units = 0
        self.accepted_in: int | None = None
        self.uncounted_in: int | None = None
        self._other_side = other_side
        self._accepted_portions: tuple[int, ...] = ()
        self._boundary_units = 0
        self._unsuccessful_units = 0
        self._duplicate_units = 0
        #: None of the open lots was ever submitted.
        self._is_untouched = True

    def add(self, lot: Lot) -> None:
        """Enter units that were performed."""
        self.lots.append(lot)
        if lot.session not in self.sessions:
            self.sessions += (lot.session,)
        if lot.submission is not None:
            self._is_untouched = False
        if lot.marks & BOUNDARY:
            self._boundary_units += lot.units

    def add_unsuccessful(self, units: int, entry: int) -> None:
        """Note what an action would have yielded that did not succeed."""
        self._unsuccessful_units += units
        self.uncounted_in = entry

    def add_duplicate(self, units: int, entry: int) -> None:
        """Note what a repeat within 3 s would have yielded."""
        self._duplicate_units += units
        self.uncounted_in = entry

    def take_duplicate_units(self, units: int) -> bool:
        """Tell whether *units* too many may come from repeats within 3 s."""
        if self._duplicate_units < units:
            return False
        self._duplicate_units -= units
        return True

    def take_boundary_units(self, slot: datetime, units: int) -> bool:
        """
        Tell whether *units* of this key may stand in *slot* for a boundary's sake.

        Units of one key are all alike: which of them are missing, nobody can tell.
        """
        if slot != self._other_side or self._boundary_units < units:
            return False
        self._boundary_units -= units
        return True

    def take_unsuccessful_units(self, units: int) -> bool:
        """Tell whether *units* too many may come from actions that did not succeed."""
        if self._unsuccessful_units < units:
            return False
        self._unsuccessful_units -= units
        return True

    def settle(self, claim: Claim, tolerance: timedelta) -> None:
        """
        Trace the units of *claim* to lots, and note what became of them.

        Trying the other server within *tolerance* is failover, later a retry.

        A portion that equals one stored or failed earlier is that one again. Otherwise
        the oldest units come first: those waiting (owed before not owed), then those
        stored without an answer, then those which this session has submitted already.
        What is left is excess.
        """
        claim.accepted_in = self.accepted_in
        claim.is_repeat = claim.units in self._accepted_portions
        if self._is_untouched and claim.units == units_of(self.lots):
            self._settle_whole(claim)
            return
        claim.redelivered = self._same_portion(claim, Fate.STORED)
        if not claim.redelivered:
            claim.resent = self._same_portion(claim, Fate.FAILED)
        wanted = claim.units - units_of(claim.lots)
        wanted = self._take_waiting(claim, wanted)
        wanted = self._take_stored(claim, wanted)
        wanted = self._take_again(claim, wanted, tolerance)
        if wanted > 0:
            claim.excess = self._excess(claim, wanted)
        for lot in claim.lots:
            self._note(lot, claim)
        if claim.submission.is_accepted:
            self._note_accepted(claim.units)
        self._is_untouched = all(lot.submission is None for lot in self.lots)

    def _settle_whole(self, claim: Claim) -> None:
        """Trace a claim to just what there is, none of which was ever submitted."""
        submission, lots = claim.submission, self.lots
        fate = _fate(submission)
        for lot in lots:
            lot.submission, lot.portion, lot.fate = submission, claim.index, fate
        claim.is_plain, claim.fresh = True, lots
        if False in [lot.owed for lot in lots]:
            claim.fresh = sorted(lots, key=lambda lot: not lot.owed)
        if not submission.is_accepted:
            self.lots, self._is_untouched = lots[:], False
            return
        self.lots = []
        self.accepted_units += claim.units
        self.accepted_in = submission.entry
        self._note_accepted(claim.units)

    def clear(self) -> None:
        """All that is open is gone."""
        self.lots, self._is_untouched = [], True

    def _note_accepted(self, units: int) -> None:
        if units not in self._accepted_portions:
            self._accepted_portions += (units,)

    def _same_portion(self, claim: Claim, fate: Fate) -> list[Lot]:
        """Find the lots of an earlier session's portion that was the same, if any."""
        number = claim.submission.session
        portions: dict[tuple[int, int], list[Lot]] = {}
        for lot in self.lots:
            if lot.submission and lot.fate is fate and not lot.was_tried_in(number):
                portions.setdefault((lot.submission.entry, lot.portion), []).append(lot)
        for lots in portions.values():
            if units_of(lots) == claim.units:
                return lots
        return []

    def _take_waiting(self, claim: Claim, wanted: int) -> int:
        number = claim.submission.session
        waiting = [
            lot
            for lot in self.lots
            if lot.fate in (Fate.UNSENT, Fate.FAILED) and not lot.was_tried_in(number)
        ]
        waiting.sort(key=lambda lot: not lot.owed)
        taken = self._taken(waiting, wanted)
        claim.fresh = [lot for lot in taken if lot.fate is Fate.UNSENT]
        claim.resent = [*claim.resent, *(lot for lot in taken if lot.fate is Fate.FAILED)]
        return wanted - units_of(taken)

    def _take_stored(self, claim: Claim, wanted: int) -> int:
        number = claim.submission.session
        stored = [
            lot
            for lot in self.lots
            if lot.fate is Fate.STORED
            and not lot.was_tried_in(number)
            and lot not in claim.redelivered
        ]
        claim.merged = self._taken(stored, wanted)
        return wanted - units_of(claim.merged)

    def _take_again(self, claim: Claim, wanted: int, tolerance: timedelta) -> int:
        number = claim.submission.session
        mine = claim.lots
        tried = [x for x in self.lots if x.was_tried_in(number) and x not in mine]
        taken = self._taken(tried, wanted)
        soon = claim.submission.at - tolerance
        claim.failed_over = [lot for lot in taken if _is_failover(lot, claim, soon)]
        claim.retried = [lot for lot in taken if not _is_failover(lot, claim, soon)]
        claim.tried_before = next((lot.submission for lot in claim.retried), None)
        return wanted - units_of(taken)

    def _taken(self, lots: Iterable[Lot], wanted: int) -> list[Lot]:
        """Take lots up to *wanted* units, splitting the last one if need be."""
        taken = []
        for lot in lots:
            if wanted <= 0:
                break
            if lot.units > wanted:
                part = lot.split(wanted)
                self.lots.insert(self.lots.index(lot), part)
                lot = part  # noqa: PLW2901 - the part takes the lot's place
            taken.append(lot)
            wanted -= lot.units
        return taken

    def _excess(self, claim: Claim, units: int) -> Lot:
        submission = claim.submission
        lot = Lot(
            key=self.key,
            units=units,
            at=submission.at,
            entry=submission.entry,
            session=submission.session,
            client_uuids=tuple(filter(None, [claim.report.client_uuid])),
            owed=False,
        )
        self.lots.append(lot)
        return lot

    def _note(self, lot: Lot, claim: Claim) -> None:
        submission = claim.submission
        was_stored = lot.fate is Fate.STORED
        lot.submission, lot.portion = submission, claim.index
        lot.fate = _fate(submission, was_stored=was_stored)
        if submission.is_accepted:
            self.lots.remove(lot)
            self.accepted_units += lot.units
            self.accepted_in = submission.entry


def _fate(submission: Submission, *, was_stored: bool = False) -> Fate:
    if submission.is_accepted:
        return Fate.ACCEPTED
    return Fate.STORED if submission.is_stored or was_stored else Fate.FAILED


def _is_failover(lot: Lot, claim: Claim, since: datetime) -> bool:
    """Tell whether *claim* takes up what the other server let drop, not before *since*."""
    before, now = lot.submission, claim.submission
    return (
        before is not None
        and not before.exchange.received
        and before.exchange.server != now.exchange.server
        and before.at >= since
    )
