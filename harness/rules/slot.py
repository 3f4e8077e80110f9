"""slot/: the three-minute grid."""

from datetime import datetime

from harness.domain.evidence import Evidence
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.claim import Claim
from harness.rules.involved import carried, clock, operated, submitted
from harness.rules.rule import MESSAGE, WITH_USAGE, Rule


class OnTheGrid(Rule):
    """
    A time label names one slot of the generation's grid, in absolute time (UTC).

    Source:   "Time" / "About time", 3-minute for reports (C-53, C-54).
    Observes: the label of every report.
    Violated: a label that is not the first instant of a slot: DLS [180k, 180k + 180) s,
              LTS [180k + 1, 180k + 180] in whole seconds.
    Silent:   no report was seen.
    """

    id = "slot/on-the-grid"
    evidence = frozenset({Evidence.MESSAGE})

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look at each report's label once."""
        judged, wrong = None, []
        for claim in seen.claims:
            label = claim.report.time_label
            if label is None or claim.report is judged:
                continue
            judged = claim.report
            is_named = claim.key is not None and claim.key.slot == label
            if is_named or self.context.generation.is_on_grid(label):
                self.expose()
            else:
                wrong.append((claim, label))
        # The last comes first: findings are known by their rank.
        for claim, label in reversed(wrong):
            self._violated(seen, claim, label)

    def _violated(self, seen: fact.SubmissionSeen, claim: Claim, label: datetime) -> None:
        device = seen.session.device
        slot = device.keys.slot_named(label)
        self.violate(
            device,
            seen.submission.at,
            carried(seen.session, claim),
            f"a label that is the first instant of a slot, such as {clock(slot)}",
            f"time label {clock(label)}",
        )


class CountedWhereDone(Rule):
    """
    An operation is counted in the slot that holds its own time stamp.

    Source:   "each ... has a time stamp of its own and is counted in the 3-minute window
              in which it is done" (C-52).
    Observes: operations, and the slots under which their units are submitted.
    Violated: units are missing from their slot and stand in another one.
    Silent:   nothing that was performed was submitted.
    """

    id = "slot/counted-where-done"
    evidence = WITH_USAGE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Every unit that goes out for the first time where it belongs is one exposure."""
        is_any = seen.marks & mark.BOUNDARY
        for claim in seen.claims:
            at_boundary = [lot for lot in claim.fresh if lot.is_boundary] if is_any else ()
            self.expose(len(claim.fresh) - len(at_boundary))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units in another slot, where no other rule names the mistake better."""
        if seen.is_plain:
            _violated(self, seen)


class BoundaryInstant(Rule):
    """
    An operation at a multiple of 180 s is counted as its generation counts boundaries.

    Source:   DLS: 00:03:00 begins the second slot; LTS: it ends the first (C-53).
    Observes: operations at exact multiples of 180 s, midnight included.
    Violated: their units stand in the slot that the other generation would take.
    Silent:   no operation at such an instant was submitted.
    """

    id = "slot/boundary-instant"
    evidence = WITH_USAGE
    about = mark.BOUNDARY

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Every unit of a boundary instant that goes out is one exposure."""
        for claim in seen.claims:
            self.expose(len([lot for lot in claim.fresh if lot.is_boundary]))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units on the other side of their boundary."""
        if _is_slot_alone(seen) and seen.is_other_side and not seen.is_of_clock:
            _violated(self, seen)


class NotFromTheFuture(Rule):
    """
    No report covers a slot that begins after the latest moment the device has seen.

    Source:   an operation is counted in the window in which it is done (C-52).
    Observes: the label of every report, and the device's clock.
    Violated: a slot that had not begun when it was submitted. (In a capture by the clock
              of whoever captured it: a device whose own clock is ahead shows here, too,
              and up to 2 s are left open.)
    Silent:   no report was seen.
    """

    id = "slot/not-from-the-future"
    evidence = MESSAGE
    excuse = ("clock", "one that is a little ahead")

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Compare each label with the latest moment that the device has shown."""
        submission = seen.submission
        known = [(claim, claim.key) for claim in seen.claims if claim.key is not None]
        self.expose(len(known))
        for claim, key in known:
            label = claim.report.time_label
            if key.slot > submission.clock_peak and self._is_on_grid(label):
                self.violate(
                    seen.session.device,
                    submission.at,
                    carried(seen.session, claim),
                    f"no slot that begins after {clock(submission.clock_peak)}",
                    f"a report for the slot at {clock(key.slot)}",
                )
            elif key.slot > submission.at and not self.context.has_usage:
                self.leave_open()

    def _is_on_grid(self, label: datetime | None) -> bool:
        """Off the grid the label's slot is our guess: no ground for another finding."""
        return label is not None and self.context.generation.is_on_grid(label)


class TimeZoneNeutral(Rule):
    """
    Changing the device's time zone, or a DST change, moves no label.

    Source:   "Dynamsoft uses absolute time when generating usage reports" (Q11).
    Observes: usage of sessions for which the application had set a time zone.
    Violated: their units stand in another slot.
    Silent:   no session had a time zone of its own.
    """

    id = "slot/time-zone-neutral"
    severity = Severity.SHOULD
    capability = "time-zone"
    evidence = WITH_USAGE
    about = mark.TIME_ZONE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units of such a session that go out where they belong are exposures."""
        for claim in seen.claims:
            self.expose(len([lot for lot in claim.fresh if lot.is_of_time_zone]))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units in another slot, done under a time zone."""
        if (
            _is_slot_alone(seen)
            and seen.lot.is_of_time_zone
            and not seen.lot.is_of_set_clock
        ):
            _violated(self, seen)


class ClockJumpLosesNothing(Rule):
    """
    After the device's clock was set, labels follow what it shows at the operation.

    Source:   undocumented (Q12).
    Observes: usage that was done after the user had set the clock, back or forward.
    Violated: its units stand in another slot than the clock showed.
    Silent:   nobody set a clock.
    """

    id = "slot/clock-jump-loses-nothing"
    severity = Severity.MAY
    evidence = WITH_USAGE
    about = mark.CLOCK_SET

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units of such a time that go out where they belong are exposures."""
        for claim in seen.claims:
            self.expose(len([lot for lot in claim.fresh if lot.is_of_set_clock]))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units in another slot, done after the clock was set."""
        if _is_slot_alone(seen) and seen.lot.is_of_set_clock:
            _violated(self, seen)


RULES = (
    OnTheGrid,
    CountedWhereDone,
    BoundaryInstant,
    NotFromTheFuture,
    TimeZoneNeutral,
    ClockJumpLosesNothing,
)


def _is_slot_alone(seen: fact.LotMisplaced) -> bool:
    """The slot is wrong, and neither a failure nor the label itself explains it."""
    is_named = seen.had_failed or seen.is_off_grid or seen.is_ahead
    return seen.changed == "slot" and not is_named


def _violated(rule: Rule, seen: fact.LotMisplaced) -> None:
    submission = seen.excess.claim.submission
    lot = seen.lot
    rule.violate(
        seen.device,
        submission.at,
        (operated(lot), submitted(submission)),
        f"{lot.units} x {lot.key.type} in the slot at {clock(lot.key.slot)}",
        f"counted in the slot at {clock(seen.excess.lot.key.slot)}",
        client_uuid=lot.client_uuid,
    )
