"""slot/: the three-minute grid."""

from datetime import datetime

from harness.domain.evidence import Evidence
from harness.history import fact
from harness.rules.rule import (
    MESSAGE_SESSION,
    WITH_USAGE,
    Rule,
    clock,
    operated,
    submitted,
)


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
        generation = self.context.generation
        labels = {}
        for claim in seen.claims:
            labels[id(claim.report)] = claim.report.time_label
        for label in labels.values():
            if label is None:
                continue
            if generation.is_on_grid(label):
                self.expose()
                continue
            slot = seen.session.device.slot_named(label)
            self.violate(
                seen.session.device,
                seen.submission.at,
                (submitted(seen.submission),),
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
        for claim in seen.claims:
            self.expose(sum(1 for lot in claim.fresh if lot.other_side is None))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units in another slot, where no other rule names the mistake better."""
        is_named = seen.had_failed or seen.is_off_grid or seen.is_ahead
        if seen.changed == "slot" and not is_named and not seen.is_other_side:
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

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Every unit of a boundary instant that goes out is one exposure."""
        for claim in seen.claims:
            self.expose(sum(1 for lot in claim.fresh if lot.other_side is not None))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units on the other side of their boundary."""
        is_named = seen.had_failed or seen.is_off_grid or seen.is_ahead
        if seen.changed == "slot" and seen.is_other_side and not is_named:
            _violated(self, seen)


class NotFromTheFuture(Rule):
    """
    No report covers a slot that begins after the latest moment the device has seen.

    Source:   an operation is counted in the window in which it is done (C-52).
    Observes: the label of every report, and the device's clock.
    Violated: a slot that had not begun when it was submitted.
    Silent:   no report was seen.
    """

    id = "slot/not-from-the-future"
    evidence = MESSAGE_SESSION

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Compare each label with the latest moment that the device has shown."""
        submission = seen.submission
        for claim in seen.claims:
            if claim.key is None:
                continue
            self.expose()
            label = claim.report.time_label
            if claim.key.slot > submission.clock_peak and self._is_on_grid(label):
                self.violate(
                    seen.session.device,
                    submission.at,
                    (submitted(submission),),
                    f"no slot that begins after {clock(submission.clock_peak)}",
                    f"a report for the slot at {clock(claim.key.slot)}",
                )

    def _is_on_grid(self, label: datetime | None) -> bool:
        """Off the grid the label's slot is our guess: no ground for another finding."""
        return label is not None and self.context.generation.is_on_grid(label)


RULES = (OnTheGrid, CountedWhereDone, BoundaryInstant, NotFromTheFuture)


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
