"""submit/, first half: when and how reports go out."""

from typing import NamedTuple

from harness.domain.evidence import Evidence
from harness.domain.generation import DLS
from harness.domain.message import UsageSubmission
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.device import Device
from harness.history.duties import BACKLOG_SPAN, TICK
from harness.history.lot import Duty, Fate
from harness.history.session import Attempt, Session
from harness.history.submission import Submission
from harness.rules.involved import Involved, asked, called, clock, operated, submitted
from harness.rules.rule import MESSAGE, MESSAGE_SESSION, WITH_USAGE, Context, Rule


class ByPost(Rule):
    """
    Reports are submitted with HTTP POST.

    Source:   "SDKs submit usage reports ... with HTTP Post requests" (C-70).
    Observes: the method of every request to the usage address.
    Violated: another method.
    Silent:   nothing was submitted.
    """

    id = "submit/by-post"
    evidence = frozenset({Evidence.ENVELOPE})

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look at the method."""
        method = seen.submission.exchange.method
        if method == "POST":
            self.expose()
            return
        before = seen.session.attempts[-1:]
        self.violate(
            seen.session.device,
            seen.submission.at,
            (*map(asked, before), submitted(seen.submission)),
            "POST",
            method,
        )


class BacklogAtStart(Rule):
    """
    Every report left unsubmitted whose slot has closed goes out at once at the next start.

    Source:   "The moment the SDK finishes initialization, it'll check whether there are
              usage reports left unsubmitted and submit them right away" (C-71, C-78).
              At once: within 30 s of virtual time, in any number of requests.
    Observes: successful starts with reports left over from before.
    Violated: such a report goes out later: at a tick, or at a later start without ever
              having been tried.
    Silent:   no start found anything left over, or a server was down.
    """

    id = "submit/backlog-at-start"
    evidence = WITH_USAGE

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """What went out in time is an exposure."""
        self.expose(len(seen.sent))

    def on_duty_done_late(self, seen: fact.DutyDoneLate) -> None:
        """What went out after its 30 s."""
        miss = seen.miss
        if miss.duty is not Duty.BACKLOG:
            return
        was_tried = miss.fate is not Fate.UNSENT or seen.lot.is_timed_out
        if was_tried and not seen.is_same_session:
            return
        _late(self, seen, f"within {BACKLOG_SPAN.seconds} s of the start", miss.entry)


class BacklogAfterAuthorisation(Rule):
    """
    No left-over report is submitted before the positive answer of its start.

    Source:   "The moment the SDK *finishes* initialization" (C-71, DLS only).
    Observes: starts that ask for authorisation and get it, with something left over.
    Violated: a submission between the start and the grant.
    Silent:   no such start. A refused one, or one on a local licence, is left alone.
    """

    id = "submit/backlog-after-authorisation"
    generations = (DLS,)
    evidence = MESSAGE_SESSION
    weaker = MESSAGE
    about = mark.NO_GRANT | mark.NO_NEWS

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._early: dict[str, Submission] = {}

    def on_session_started(self, seen: fact.SessionStarted) -> None:
        """A new start begins with nothing submitted."""
        self._early.pop(seen.session.device.name, None)

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Remember the first submission that came before the grant."""
        session = seen.session
        if session.grant is None:
            # Number 0 stands for a session that nobody saw begin: nothing is early there.
            if session.number:
                self._early.setdefault(session.device.name, seen.submission)
        elif not seen.is_news:
            self.expose()

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Judge once it is known that the start got its grant."""
        early = self._early.pop(seen.session.device.name, None)
        if early and seen.session.grant:
            self._violated(seen.session, early, seen.session.grant)

    def on_submitted_before_grant(self, seen: fact.SubmittedBeforeGrant) -> None:
        """A capture shows the same by the times of request and answer."""
        self._violated(seen.session, seen.submission, seen.grant)

    def _violated(self, session: Session, early: Submission, grant: Attempt) -> None:
        self.violate(
            session.device,
            early.at,
            (submitted(early), asked(grant)),
            "no submission before the start is authorised",
            "reports went out before the grant",
        )


class _Burst(NamedTuple):
    """Submissions of one instant: the first of them and the last."""

    session: int
    first: Submission
    until: Submission
    is_doubtful: bool


class EveryThreeMinutes(Rule):
    """
    Within a session, submissions of new reports are at least 180 s apart.

    Source:   "submit new report (if any) every 3 minutes" / "it'll submit the next report
              after 3 minutes, and so on" (C-72). Requests that begin within 2 s of each
              other count as one.
    Observes: the submissions of one session that carry usage of that session.
    Violated: two of them less than 178 s apart. (In a capture it is left open where a
              restart that nobody saw may lie between.)
    Silent:   no session submitted new reports twice.
    """

    id = "submit/every-three-minutes"
    evidence = MESSAGE_SESSION
    weaker = MESSAGE

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bursts: dict[str, _Burst] = {}

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Compare with the session's last burst of new reports."""
        if not seen.is_news:
            return
        submission, device = seen.submission, seen.session.device
        last = self._bursts.get(device.name)
        if last is not None and last.session != seen.session.number:
            last = None
        if last is not None and submission.at - last.until.at <= device.tolerance:
            self._bursts[device.name] = last._replace(until=submission)
            return
        burst = _Burst(seen.session.number, submission, submission, seen.is_doubtful)
        self._bursts[device.name] = burst
        if last is not None:
            self._compare(last, burst, device)

    def _compare(self, last: _Burst, burst: _Burst, device: Device) -> None:
        gap = burst.first.at - last.first.at
        is_doubtful = last.is_doubtful or burst.is_doubtful
        if gap >= TICK - device.tolerance:
            self.expose(int(not is_doubtful))
            return
        if is_doubtful:
            self.leave_open()
            return
        self.violate(
            device,
            burst.first.at,
            (submitted(last.first), submitted(burst.first)),
            f"at least {TICK.seconds} s between submissions of new reports",
            f"{gap.total_seconds():g} s",
        )

    def on_session_ended(self, seen: fact.SessionEnded) -> None:
        """The next session has a rhythm of its own."""
        self._bursts.pop(seen.session.device.name, None)


class WithinSixMinutes(Rule):
    """
    While the session lives and servers answer, units go out within 360 s of being done.

    Source:   one report for each slot, "and submits the report every 3 minutes": the rest
              of the slot (up to 180 s) and the next tick (C-74).
    Observes: operations of sessions that live on for 360 s.
    Violated: their units go out later, or only in the next session.
    Silent:   no session lived that long after an operation.
    """

    id = "submit/within-six-minutes"
    evidence = WITH_USAGE

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._slow: set[str] = set()

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """What was done in this session and goes out in time is an exposure."""
        number = seen.session.number
        for claim in seen.claims:
            mine = [lot for lot in claim.fresh if lot.session == number and lot.owed]
            self.expose(len([lot for lot in mine if not lot.misses]))

    def on_duty_done_late(self, seen: fact.DutyDoneLate) -> None:
        """What was late; after a failure only if the device is late without one, too."""
        if seen.miss.duty is Duty.TICK:
            self._slow.add(seen.device.name)
        is_slow = seen.device.name in self._slow
        if seen.miss.duty is not Duty.BACKLOG and is_slow:
            _late(self, seen, "within 360 s of the operation", seen.lot.entry)

    def on_duty_never_done(self, seen: fact.DutyNeverDone) -> None:
        """It was never submitted at all, and is too old by now."""
        lot, miss = seen.lot, seen.miss
        self.violate(
            seen.device,
            miss.at,
            (operated(lot), Involved(miss.entry, f"session {miss.session} began")),
            f"{lot.units} x {lot.key.type} submitted within 360 s of the operation",
            "not submitted before the session ended",
            client_uuid=lot.client_uuid,
        )


class AnchoredAtStart(Rule):
    """
    New reports go out at start + 180 k s, not on the slot grid.

    Source:   "Unlike the time used for reporting, report submitting is better done in a
              more timely manner ... after that, it'll submit the next report after 3
              minutes" (C-72).
    Observes: the submissions that carry usage of their own session.
    Violated: one begins more than 2 s off the ticks. (In a capture it is left open where
              it may be that of a restart which nobody saw.)
    Silent:   no session submitted new reports.
    """

    id = "submit/anchored-at-start"
    severity = Severity.SHOULD
    evidence = MESSAGE_SESSION
    weaker = MESSAGE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Measure the distance to the nearest tick."""
        session, at = seen.session, seen.submission.at
        if not seen.is_news or session.outcome is None:
            return
        off = (at - session.outcome.at) % TICK
        if min(off, TICK - off) <= session.device.tolerance:
            self.expose(int(not seen.is_doubtful))
            return
        if seen.is_doubtful:
            self.leave_open()
            return
        self.violate(
            session.device,
            at,
            (called(session), submitted(seen.submission)),
            f"a multiple of {TICK.seconds} s after {clock(session.outcome.at)}",
            f"{off.total_seconds():g} s after a tick",
        )


class QuietWhenIdle(Rule):
    """
    Nothing is submitted when there is nothing new.

    Source:   "submit new report (if any)" (C-73). LTS: an empty submission is tolerated.
    Observes: ticks at which nothing waits, and submissions without any usage in them.
    Violated: a submission that carries no usage at all.
    Silent:   there was always something to send.
    """

    id = "submit/quiet-when-idle"
    severity = {"dls": Severity.MUST, "lts": Severity.MAY}  # noqa: RUF012 - never changed
    evidence = WITH_USAGE | {Evidence.ENVELOPE}
    weaker = MESSAGE
    about = mark.EMPTY

    def on_ticks_passed(self, seen: fact.TicksPassed) -> None:
        """Idle ticks are exposures."""
        if seen.is_idle:
            self.expose(seen.count)

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """A message without any usage entry is empty."""
        submission = seen.submission
        request = submission.exchange.request
        if not isinstance(request, UsageSubmission) or seen.claims:
            return
        self.violate(
            seen.session.device,
            submission.at,
            (Involved(seen.session.entry, "start"), submitted(submission)),
            "no submission: nothing had been done",
            f"{len(request.reports)} reports without usage",
        )


RULES = (
    ByPost,
    BacklogAtStart,
    BacklogAfterAuthorisation,
    EveryThreeMinutes,
    AnchoredAtStart,
    WithinSixMinutes,
    QuietWhenIdle,
)


def _late(rule: Rule, seen: fact.DutyDoneLate, expected: str, since: int) -> None:
    lot, submission = seen.lot, seen.submission
    rule.violate(
        seen.device,
        seen.miss.at,
        (
            operated(lot),
            *((Involved(since, "start called"),) if since != lot.entry else ()),
            submitted(submission),
        ),
        f"{lot.units} x {lot.key.type} of {clock(lot.key.slot)} submitted {expected}",
        f"first submitted at {clock(submission.at)}",
        client_uuid=lot.client_uuid,
    )
