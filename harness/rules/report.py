"""report/: what a report says."""

from datetime import datetime

from harness.domain.evidence import Evidence
from harness.domain.message import Report, UsageSubmission
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.session import Session
from harness.rules.involved import Involved, clock, operated, submitted
from harness.rules.rule import MESSAGE_SESSION, Context, Rule

#: Reported slots that are remembered of one session: more than fit into 30 days. (Not of
#: all sessions together: the parts of a capture are to say what the whole does.)
MOST_SLOTS = 15_000

#: Its device and number.
type _Session = tuple[str, int]
#: Its handshake code and first instant.
type _Slot = tuple[str, datetime]
#: Where it was reported, and when: of so many slots nothing else can be kept.
type _Place = tuple[int, datetime]


class Complete(Rule):
    """
    A report says slot, handshake code, client UUID, count and type.

    Source:   "Usage report" (C-56 to C-58). An organization ID stands for the code where
              only that is configured (C-61). Further fields are allowed.
    Observes: every submission.
    Violated: one of the five cannot be read.
    Silent:   nothing was submitted.
    """

    id = "report/complete"
    evidence = frozenset({Evidence.MESSAGE})

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look for what is missing."""
        request = seen.submission.exchange.request
        if isinstance(request, UsageSubmission):
            lacking = [what for report in request.reports if (what := _lacks(report))]
            if not lacking:
                self.expose(int(bool(request.reports)))
                return
            problem = f"no {lacking[0]}"
        else:
            problem = "no readable reports"
        self.violate(
            seen.session.device,
            seen.submission.at,
            (Involved(seen.session.entry, "start"), submitted(seen.submission)),
            "time label, handshake code, client UUID, type and count in each report",
            f"{problem} ({seen.submission.exchange.problem})",
        )


class CountsPositive(Rule):
    """
    No report has a zero, negative or fractional count.

    Source:   "submit new report (if any)" (C-62). LTS: empty reports are tolerated.
    Observes: the counts of every report.
    Violated: a count that is not a whole number greater than zero.
    Silent:   no report was seen.
    """

    id = "report/counts-positive"
    severity = {"dls": Severity.MUST, "lts": Severity.MAY}  # noqa: RUF012 - never changed
    evidence = frozenset({Evidence.MESSAGE})

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look at each count."""
        counts = [(claim, claim.usage.count) for claim in seen.claims]
        wrong = [
            (claim, count)
            for claim, count in counts
            if count is not None and (count <= 0 or count % 1)
        ]
        known = [count for _, count in counts if count is not None]
        self.expose(len(known) - len(wrong))
        for claim, count in wrong:
            self.violate(
                seen.session.device,
                seen.submission.at,
                (Involved(seen.session.entry, "start"), submitted(seen.submission)),
                "a whole number greater than zero",
                f"{count} x {claim.usage.type}",
                client_uuid=claim.report.client_uuid,
            )


class OneSlotEach(Rule):
    """
    No report covers more than one slot.

    Source:   "indicates which 3-minute slot it covers" (C-54, C-55).
    Observes: submitted reports, and the slots in which their units were done.
    Violated: one report carries units of its own slot and of another one.
    Silent:   nothing was submitted.
    """

    id = "report/one-slot-each"
    evidence = frozenset({Evidence.MESSAGE, Evidence.USAGE})

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Reports whose units are all their own are exposures."""
        self.expose(
            len([claim for claim in seen.claims if claim.fresh and not claim.excess])
        )

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units in a report that has units of its own slot as well."""
        is_named = seen.is_off_grid or seen.is_ahead or seen.is_other_side
        if seen.changed != "slot" or not seen.is_merged or is_named or seen.is_of_clock:
            return
        submission, lot = seen.excess.claim.submission, seen.lot
        self.violate(
            seen.device,
            submission.at,
            (operated(lot), submitted(submission)),
            f"{lot.units} x {lot.key.type} of {clock(lot.key.slot)} in a report of its own",
            f"in the report of {clock(seen.excess.lot.key.slot)}, with its own units",
            client_uuid=lot.client_uuid,
        )


class OnePerSlot(Rule):
    """
    One session sends one report per client UUID, handshake code and slot.

    Source:   "a minimum report": the slot is the smallest unit (C-55). Undocumented
              whether parts of a slot may go apart.
    Observes: the reports of one session.
    Violated: a second report of a slot, with further units of it.
    Silent:   nothing was submitted.
    """

    id = "report/one-per-slot"
    severity = Severity.MAY
    evidence = MESSAGE_SESSION

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first: dict[_Session, dict[_Slot, _Place]] = {}

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Remember which slots this session has reported."""
        if seen.is_doubtful:
            return
        submission = seen.submission
        here = submission.entry, submission.at
        reported = self._first.setdefault(_name(seen.session), {})
        last_claims = {id(claim.report): claim for claim in seen.claims if claim.key}
        for claim in last_claims.values():
            if claim.key is None or claim.retried or claim.failed_over:
                continue
            slot = (claim.key.code, claim.key.slot)
            entry, at = reported.setdefault(slot, here)
            if entry == submission.entry:
                self.expose()
                _keep_latest(reported)
                continue
            self.violate(
                seen.session.device,
                submission.at,
                (Involved(entry, f"reported at {clock(at)}"), submitted(submission)),
                f"one report of the slot at {clock(claim.key.slot)} in this session",
                "another one",
            )

    def on_session_ended(self, seen: fact.SessionEnded) -> None:
        """The next session may report the same slots again."""
        self._first.pop(_name(seen.session), None)


class KeepsItsCode(Rule):
    """
    A kept report still carries the handshake code under which its usage was done.

    Source:   the code is a field of the report, which is kept as it is (C-85).
    Observes: usage that is left over when the application changes its code.
    Violated: it goes out under the session's code.
    Silent:   no code was changed with usage at hand.
    """

    id = "report/keeps-its-code"
    severity = Severity.SHOULD
    evidence = MESSAGE_SESSION
    about = mark.OTHER_CODE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units that go out under a code that is not the session's are exposures."""
        for claim in seen.claims:
            is_kept = claim.key is not None and claim.key.code != claim.session_code
            known = [lot for lot in claim.lots if lot.owed or lot.is_observed]
            self.expose(int(is_kept and bool(known)))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units under today's code instead of their own."""
        claim, lot = seen.excess.claim, seen.lot
        if seen.changed != "code" or seen.excess.lot.key.code != claim.session_code:
            return
        self.violate(
            seen.device,
            claim.submission.at,
            (operated(lot), submitted(claim.submission)),
            f"the handshake code {lot.key.code!r}, under which it was done",
            f"{seen.excess.lot.key.code!r}",
            client_uuid=lot.client_uuid,
        )


RULES = (Complete, OneSlotEach, CountsPositive, OnePerSlot, KeepsItsCode)


def _keep_latest(reported: dict[_Slot, _Place]) -> None:
    """A session may live for years: forget what was reported long ago."""
    if len(reported) > MOST_SLOTS:
        del reported[next(iter(reported))]


def _name(session: Session) -> _Session:
    return session.device.name, session.number


def _lacks(report: Report) -> str | None:
    if report.time_label is None:
        return "time label"
    if not report.handshake_code and not report.organization_id:
        return "handshake code"
    if not report.client_uuid:
        return "client UUID"
    for usage in report.usage:
        if usage.type is None or usage.count is None:
            return "type" if usage.type is None else "count"
    return None
