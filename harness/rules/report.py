"""report/: what a report says."""

from harness.domain.evidence import Evidence
from harness.domain.message import Report, UsageSubmission
from harness.domain.verdict import Severity
from harness.history import fact
from harness.rules.rule import Involved, Rule, submitted


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
        reports = request.reports if isinstance(request, UsageSubmission) else ()
        lacking = [(report, _lacks(report)) for report in reports]
        problem = None if isinstance(request, UsageSubmission) else "no readable reports"
        problem = problem or next((f"no {what}" for _, what in lacking if what), None)
        if problem is None:
            self.expose(int(bool(reports)))
            return
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
        for claim in seen.claims:
            count = claim.usage.count
            if count is None:
                continue
            if count > 0 and count % 1 == 0:
                self.expose()
                continue
            self.violate(
                seen.session.device,
                seen.submission.at,
                (Involved(seen.session.entry, "start"), submitted(seen.submission)),
                "a whole number greater than zero",
                f"{count} x {claim.usage.type}",
                client_uuid=claim.report.client_uuid,
            )


RULES = (Complete, CountsPositive)


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
