"""
practice/: what no public page settles.

These rules fail nobody: each counts which way an SDK goes, so that two SDKs, or two
versions of one, can be told apart.
"""

from collections import Counter
from datetime import datetime

from harness.domain.evidence import Evidence
from harness.domain.generation import DLS, LTS
from harness.domain.message import AuthorizationRequest
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.lot import Fate, Lot
from harness.history.session import Session
from harness.rules.rule import MESSAGE_SESSION, WITH_USAGE, Rule

_OUTCOME = MESSAGE_SESSION | {Evidence.OUTCOME}
_ONE_START = 1


class OpenSlotAtTick(Rule):
    """
    Are the units of the slot that is still open submitted at a tick, or held back?

    Source:   undocumented (Q4, C-74): either is right.
    Observes: submissions made while the open slot has units.
    Violated: never.
    Silent:   no submission met such a slot.
    """

    id = "practice/open-slot-at-tick"
    severity = Severity.MAY
    evidence = WITH_USAGE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look for the open slot in what goes out, and in what stays."""
        open_slot = seen.session.device.keys.slot_at(seen.submission.device_time)
        keys = [claim.key for claim in seen.claims if claim.key]
        if [key for key in keys if key.slot == open_slot]:
            self.observe("submits them")
        elif _has_waiting(seen.session, open_slot):
            self.observe("holds them back")


class BacklogRequests(Rule):
    """
    Does what was left over go out in one request, or in several?

    Source:   undocumented (Q5): "submit all of them at once" asks for no waiting between.
    Observes: starts at which reports of two slots or more were left over and went out.
    Violated: never.
    Silent:   no such start.
    """

    id = "practice/backlog-requests"
    severity = Severity.MAY
    evidence = WITH_USAGE

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """Count the requests that carried it."""
        if len({lot.key.slot for lot in seen.sent}) > 1:
            is_one = len({lot.submission for lot in seen.sent}) == 1
            self.observe("one request" if is_one else "several requests")


class BacklogAfterRefusal(Rule):
    """
    Does what was left over go out although the start was refused?

    Source:   undocumented (Q6, C-71).
    Observes: starts that were definitively refused, with reports left over.
    Violated: never.
    Silent:   no such start.
    """

    id = "practice/backlog-after-refusal"
    severity = Severity.MAY
    evidence = WITH_USAGE

    def on_session_ended(self, seen: fact.SessionEnded) -> None:
        """Look what became of the backlog of a refused session."""
        session = seen.session
        if session.refusal and session.backlog and not session.is_licensed:
            was_tried = any(lot.was_tried_in(session.number) for lot in session.backlog)
            self.observe("submits it" if was_tried else "keeps it")


class BacklogBeforeAnswer(Rule):
    """
    Does what was left over go out before the server has answered the start?

    Source:   "The moment the SDK initializes" (C-71, LTS): before or after is right.
    Observes: starts that were granted, with reports left over that went out.
    Violated: never (in DLS another rule forbids it).
    Silent:   no such start.
    """

    id = "practice/backlog-before-answer"
    severity = Severity.MAY
    generations = (LTS,)
    evidence = WITH_USAGE

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """Compare the positions of the first submission and of the grant."""
        grant = seen.session.grant
        entries = [lot.submission.entry for lot in seen.sent if lot.submission]
        if grant and entries:
            is_early = min(entries) < grant.entry
            self.observe("before the answer" if is_early else "after the answer")


class AsksWhileLicensed(Rule):
    """
    Does a start ask for authorisation although the local licence is valid?

    Source:   undocumented (C-20).
    Observes: starts with a valid local licence and a server that takes connections.
    Violated: never.
    Silent:   no such start.
    """

    id = "practice/asks-while-licensed"
    severity = Severity.MAY
    evidence = _OUTCOME
    reads = ("authorization", "answer")

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Look whether anybody was asked."""
        if seen.session.had_licence and seen.up:
            self.observe("asks again" if seen.session.attempts else "asks nobody")


class AttemptsAtAServer(Rule):
    """
    How often does one start ask a server that gives no proper answer?

    Source:   undocumented (Q8); more than three are another rule's affair.
    Observes: starts in which a server was asked and gave neither grant nor refusal.
    Violated: never.
    Silent:   no such start.
    """

    id = "practice/attempts-at-a-server"
    severity = Severity.MAY
    evidence = _OUTCOME
    reads = ("authorization",)

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Count the attempts at each server that never gave a proper answer."""
        attempts = [attempt.exchange for attempt in seen.session.attempts]
        counts = Counter(exchange.server for exchange in attempts)
        for exchange in attempts:
            if exchange.answer is not None:
                counts.pop(exchange.server, None)
        for count in counts.values():
            self.observe("once" if count == _ONE_START else f"{count} times")


class RefusalIsFinal(Rule):
    """
    Is the standby asked after the main server has definitively refused?

    Source:   undocumented (C-34).
    Observes: starts with two servers of which the main one refused.
    Violated: never.
    Silent:   no such start.
    """

    id = "practice/refusal-is-final"
    severity = Severity.MAY
    capability = "standby-server"
    evidence = _OUTCOME
    reads = ("authorization", "answer")

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """Look at who was asked after the refusal."""
        session = seen.session
        refusal = session.refusal
        if refusal is None or not session.has_two_servers:
            return
        asked = [attempt.exchange.server for attempt in session.attempts]
        self.observe("asks the standby" if "standby" in asked else "final")


class ServerOfReports(Rule):
    """
    Which of two servers gets the reports?

    Source:   undocumented (Q9, C-84).
    Observes: submissions of sessions with two servers.
    Violated: never.
    Silent:   no such submission.
    """

    id = "practice/server-of-reports"
    severity = Severity.MAY
    capability = "standby-server"
    evidence = MESSAGE_SESSION | {Evidence.CONFIG}
    about = mark.TWO_SERVERS

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Note which one it went to."""
        if seen.session.has_two_servers and seen.submission.exchange.server:
            self.observe(seen.submission.exchange.server)


class UuidOfFailedFirstStart(Rule):
    """
    Is the client UUID of a first start that failed kept, or is a new one made?

    Source:   undocumented (C-24): after a start that succeeded it must be kept.
    Observes: the start after one or more that asked in vain, on a device without success.
    Violated: never.
    Silent:   no such start.
    """

    id = "practice/uuid-of-failed-first-start"
    severity = Severity.MAY
    evidence = MESSAGE_SESSION
    reads = ("authorization",)

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare the first UUID of a session with those that asked before it."""
        session, request = seen.session, seen.attempt.exchange.request
        is_first = session.attempts[:1] == [seen.attempt]
        uuid = request.client_uuid if isinstance(request, AuthorizationRequest) else None
        if not uuid or not is_first or seen.was_empty or session.device.client_uuids:
            return
        is_known = session.device.uuids.get(uuid, seen.attempt.entry) < seen.attempt.entry
        self.observe("kept" if is_known else "made anew")


class PurgeBetween30And31Days(Rule):
    """
    Is a report between 30 and 31 days old submitted, or purged?

    Source:   "up to 30 days" (Q7): what age counts from is undocumented.
    Observes: reports of that age, left over at a start.
    Violated: never.
    Silent:   no start found any.
    """

    id = "practice/purge-between-30-and-31-days"
    severity = Severity.MAY
    generations = (DLS,)
    evidence = WITH_USAGE
    about = mark.LEFT_OVER | mark.CLOCK_SET

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """Look what became of those that are neither due nor too old."""
        session = seen.session
        for lot in session.device.lots():
            if _is_in_between(lot, session) and not lot.was_tried_in(session.number):
                self.observe("purged")

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Note those that are carried."""
        for claim in seen.claims:
            if any(_is_in_between(lot, seen.session) for lot in claim.lots):
                self.observe("submitted")


class WorksUnlicensed(Rule):
    """
    Does the SDK work after a start that failed?

    Source:   undocumented (Q14): some editions give masked results. What was done so is
              not to be submitted: that is another rule's affair.
    Observes: operations in sessions that have no licence.
    Violated: never.
    Silent:   nothing was asked of such a session.
    """

    id = "practice/works-unlicensed"
    severity = Severity.MAY
    evidence = WITH_USAGE
    reads = ("authorization",)

    def on_operation(self, seen: fact.OperationSeen) -> None:
        """Note whether it did what it was asked for."""
        session = seen.work.session
        if session and not session.is_licensed and seen.work.operation.success:
            self.observe("works" if seen.performed else "refuses to work")


RULES = (
    OpenSlotAtTick,
    BacklogRequests,
    BacklogAfterRefusal,
    BacklogBeforeAnswer,
    AsksWhileLicensed,
    AttemptsAtAServer,
    RefusalIsFinal,
    ServerOfReports,
    UuidOfFailedFirstStart,
    PurgeBetween30And31Days,
    WorksUnlicensed,
)


def _has_waiting(session: Session, open_slot: datetime) -> bool:
    """Tell whether the newest units of *session* are of *open_slot*, and still there."""
    newest = session.deadlines[-1][1] if session.deadlines else None
    return (
        newest is not None and newest.key.slot == open_slot and newest.fate is Fate.UNSENT
    )


def _is_in_between(lot: Lot, session: Session) -> bool:
    """Tell whether *lot* was in the tolerance of the retention when *session* began."""
    assert DLS.retention is not None
    age = session.device_start - DLS.slot_end(lot.key.slot)
    return lot.owed and DLS.retention <= age <= DLS.retention + DLS.retention_slack
