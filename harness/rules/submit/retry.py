"""submit/, second half: what becomes of reports once they were submitted."""

from datetime import datetime

from harness.domain.evidence import Evidence
from harness.history import fact, mark
from harness.history.claim import Claim
from harness.history.device import Device
from harness.history.duties import TICK
from harness.history.lot import Duty, Fate, Lot
from harness.rules.involved import Involved, clock, operated, submitted, units
from harness.rules.rule import MESSAGE, MESSAGE_SESSION, WITH_USAGE, Context, Rule
from harness.rules.usage import INVENTED, LOST, missing


class RemovedOnceAccepted(Rule):
    """
    A portion that was accepted is never submitted again.

    Source:   "If the submission succeeds, the local copy of the report will be removed"
              (C-75).
    Observes: accepted portions, and all later submissions of the device.
    Violated: its units go out again, in this session or a later one.
    Silent:   nothing was accepted, or the device was never seen again afterwards.
    """

    id = "submit/removed-once-accepted"
    evidence = MESSAGE_SESSION
    weaker = MESSAGE

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """A later start that sends what it should and no more is an exposure."""
        self.expose(int(seen.session.device.accepted_claims > 0))

    def on_excess(self, seen: fact.ExcessSeen) -> None:
        """Units beyond those performed, of a key that was accepted before."""
        if not seen.is_repeat:
            return
        claim, lot = seen.excess.claim, seen.excess.lot
        assert claim.accepted_in is not None
        self.violate(
            seen.device,
            claim.submission.at,
            (
                Involved(claim.accepted_in, "accepted the same portion"),
                submitted(claim.submission),
            ),
            f"{clock(lot.key.slot)} {lot.key.type} never again: it was accepted",
            f"{lot.units} units of it again",
            client_uuid=claim.report.client_uuid,
            consequences=(INVENTED,) if seen.is_stored else (),
        )


class FailedWaitsForNextSession(Rule):
    """
    A portion whose submission failed is not submitted again in the same session.

    Source:   "the SDK won't attempt to submit failed reports during the same session"
              (C-77). Trying the other server within the same tick, where the first one
              took nothing in, is failover and no retry.
    Observes: failed portions, and the rest of their session; where bodies cannot be read,
              digests of them.
    Violated: a second submission of the same units before the next start. (In a capture
              it is left open where a start that nobody saw may lie between.)
    Silent:   nothing failed, or the session ended before its next tick.
    """

    id = "submit/failed-waits-for-next-session"
    evidence = MESSAGE_SESSION
    weaker = MESSAGE
    weakest = frozenset({Evidence.ENVELOPE, Evidence.SESSION})
    about = mark.REJECTED | mark.RETRIED

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._failed: dict[str, list[datetime]] = {}

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look for units that this session has submitted before."""
        submission = seen.submission
        retried = [claim for claim in seen.claims if claim.retried]
        if retried:
            self._violated(seen, retried)
        elif any(claim.may_be_retry for claim in seen.claims):
            self.leave_open()
        is_known = submission.exchange.is_answer_known and not seen.is_doubtful
        has_failed = is_known and not submission.is_accepted
        if has_failed and seen.claims:
            self._failed.setdefault(seen.session.device.name, []).append(submission.at)

    def on_session_ended(self, seen: fact.SessionEnded) -> None:
        """Failed portions whose session went on to another tick are exposures."""
        device = seen.session.device
        failed = self._failed.pop(device.name, [])
        self.expose(len([at for at in failed if seen.at - at >= TICK - device.tolerance]))

    def _violated(self, seen: fact.SubmissionSeen, claims: list[Claim]) -> None:
        submission = seen.submission
        first, lot = claims[0].tried_before, claims[0].retried[0]
        assert first is not None
        slots = sorted({clock(c.key.slot) for c in claims if c.key and c.key.code})
        what = f"slot {', '.join(slots)}" if slots else "the same closed body"
        again = sum(units(claim.retried) for claim in claims)
        is_twice = submission.is_stored and first.is_stored
        self.violate(
            seen.session.device,
            submission.at,
            (submitted(first), submitted(submission)),
            f"no second submission of {what} before the next start",
            f"{submission.exchange.method} at {clock(submission.at)} carries it again "
            f"({again} units)",
            client_uuid=lot.client_uuid,
            consequences=(INVENTED,) if is_twice else (),
        )


class FailedGoesOutNextSession(Rule):
    """
    A portion whose submission failed is submitted again at the next successful start.

    Source:   "will be submitted again the next time the SDK initializes" (C-78).
    Observes: successful starts with failed portions whose slot has closed.
    Violated: the start's session does not submit it. (Later in that session:
              submit/backlog-at-start; after a day or more: retention/. In a capture it is
              left open where the session may have ended before.)
    Silent:   no such start, or a server was down.
    """

    id = "submit/failed-goes-out-next-session"
    evidence = MESSAGE_SESSION
    weaker = MESSAGE
    about = mark.RESENT

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Failed portions that go out again are exposures."""
        self.expose(len([claim for claim in seen.claims if claim.resent]))

    def on_duty_done_late(self, seen: fact.DutyDoneLate) -> None:
        """It skipped a start and went out at a later one."""
        miss = seen.miss
        was_tried = miss.fate is not Fate.UNSENT or seen.lot.is_timed_out
        is_mine = miss.duty is Duty.BACKLOG and was_tried
        if is_mine and not seen.is_same_session:
            _skipped(self, seen)

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """It never went out again."""
        miss = seen.miss
        if miss is None or miss.is_old or miss.duty is not Duty.BACKLOG:
            return
        if miss.fate is Fate.FAILED:
            missing(self, seen, f"submitted again at {clock(miss.at)} at the latest", LOST)

    def on_session_ended(self, seen: fact.SessionEnded) -> None:
        """A capture may not show whether a start that left something out lived on."""
        session = seen.session
        is_excused = not session.backlog_judged or session.first_failure is not None
        if self.context.has_usage or is_excused:
            return
        left = [lot for lot in session.backlog if not lot.was_tried_in(session.number)]
        if any(not lot.misses for lot in left):
            self.leave_open()


class FailedUnchanged(Rule):
    """
    A failed report is submitted again as it was: label, code, UUID, type and count.

    Source:   "the report remains on the device ... and will be submitted again" (C-76).
    Observes: failed portions and their later submissions.
    Violated: their units go out under another slot, code or type, or with more units.
    Silent:   no failed portion went out again.
    """

    id = "submit/failed-unchanged"
    evidence = MESSAGE_SESSION
    weaker = MESSAGE
    about = mark.RESENT

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Failed portions that come again as they were are exposures."""
        same = [c for c in seen.claims if c.resent and not c.excess]
        self.expose(len(same))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units that were submitted rightly before, in vain, and now stand elsewhere."""
        if not seen.had_failed:
            return
        lot, other = seen.lot, seen.excess.lot.key
        if seen.changed == "code" and other.code == seen.excess.claim.session_code:
            return
        now = {"slot": clock(other.slot), "type": other.type, "code": other.code}
        got = f"the {seen.changed} is {now[seen.changed]!r}"
        self._violated(seen.device, seen.excess.claim, lot, got)

    def on_excess(self, seen: fact.ExcessSeen) -> None:
        """The portion came again with more units than had failed."""
        if seen.has_grown:
            claim = seen.excess.claim
            self._violated(seen.device, claim, claim.resent[0], f"{claim.units} units")

    def _violated(self, device: Device, claim: Claim, lot: Lot, got: str) -> None:
        self.violate(
            device,
            claim.submission.at,
            (operated(lot), submitted(claim.submission)),
            f"{lot.units} x {lot.key.type} of {clock(lot.key.slot)}, as it had failed",
            got,
            client_uuid=lot.client_uuid,
            consequences=(INVENTED,),
        )


class FailureDoesNotBlock(Rule):
    """
    After a failed submission, the next tick still submits newer usage.

    Source:   "won't attempt to submit *failed reports* during the same session": only
              those (C-79).
    Observes: sessions in which a submission failed and more was done.
    Violated: the newer usage goes out more than 360 s after it was done, or only in the
              next session, by an SDK that is in time where nothing fails.
    Silent:   no session went on after a failure.
    """

    id = "submit/failure-does-not-block"
    evidence = WITH_USAGE
    about = mark.AFTER_FAILURE

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: Devices that miss their ticks without any failure, too.
        self._slow: set[str] = set()

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """New usage that goes out in a later tick than the failure is an exposure."""
        failure = seen.session.first_failure
        least = TICK - seen.session.device.tolerance
        if failure is None or seen.submission.at - failure.at < least:
            return
        self.expose(int(seen.is_news))

    def on_duty_done_late(self, seen: fact.DutyDoneLate) -> None:
        """It had to wait although nothing had failed of it."""
        if seen.miss.duty is Duty.TICK:
            self._slow.add(seen.device.name)
        is_mine = seen.miss.duty is Duty.TICK_AFTER_FAILURE
        if is_mine and seen.device.name not in self._slow:
            _skipped(self, seen)


class LostAnswerSentAgain(Rule):
    """
    A stored report whose answer was lost goes out again at the next start, identical.

    Source:   the SDK saw a failure, so the report "remains on the device and will be
              submitted again" (C-81); only the identical portion can be told as the same.
    Observes: portions that a server stored without its answer arriving, and the next
              successful start.
    Violated: it never comes again, or with another count. (At a later start only:
              submit/failed-goes-out-next-session.)
    Silent:   no answer was lost, or the device was not started again.
    """

    id = "submit/lost-answer-sent-again"
    evidence = MESSAGE_SESSION
    about = mark.STORED

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Compare with what was stored."""
        for claim in seen.claims:
            self.expose(int(bool(claim.redelivered)))
            if claim.merged:
                lot = claim.merged[0]
                self.violate(
                    seen.session.device,
                    seen.submission.at,
                    (operated(lot), submitted(seen.submission)),
                    "the portion that was stored before, identical",
                    f"{claim.units} units, {units(claim.merged)} of them stored before",
                    client_uuid=lot.client_uuid,
                    consequences=(INVENTED,),
                )

    def on_answer_never_recovered(self, seen: fact.AnswerNeverRecovered) -> None:
        """It never came again: the SDK takes a lost answer for a positive one."""
        lot = seen.lot
        assert lot.submission is not None
        self.violate(
            seen.device,
            seen.miss.at,
            (
                submitted(lot.submission),
                Involved(seen.miss.entry, f"session {seen.miss.session} began"),
            ),
            f"{lot.units} x {lot.key.type} of {clock(lot.key.slot)} again: no answer came",
            "never submitted again",
            client_uuid=lot.client_uuid,
        )


RULES = (
    RemovedOnceAccepted,
    FailedWaitsForNextSession,
    FailedGoesOutNextSession,
    FailedUnchanged,
    FailureDoesNotBlock,
    LostAnswerSentAgain,
)


def _skipped(rule: Rule, seen: fact.DutyDoneLate) -> None:
    lot, submission, miss = seen.lot, seen.submission, seen.miss
    rule.violate(
        seen.device,
        miss.at,
        (
            operated(lot),
            Involved(miss.entry, f"session {miss.session} began"),
            submitted(submission),
        ),
        f"{lot.units} x {lot.key.type} of {clock(lot.key.slot)} in session {miss.session}",
        f"submitted in session {submission.session}, at {clock(submission.at)}",
        client_uuid=lot.client_uuid,
    )
