"""Tracing what a submission claims to what its device has done."""

from harness.domain.message import Report, Request, Usage, UsageSubmission
from harness.history.claim import Claim, Excess
from harness.history.session import Session
from harness.history.submission import Submission


def claims_of(
    session: Session, submission: Submission, request: Request | None
) -> list[Claim]:
    """Trace every usage entry of *request*, in the order of the message."""
    if not isinstance(request, UsageSubmission):
        return []
    claims: list[Claim] = []
    for report in request.reports:
        for usage in report.usage:
            claims.append(_claim(session, submission, len(claims), report, usage))
    return claims


def _claim(
    session: Session, submission: Submission, index: int, report: Report, usage: Usage
) -> Claim:
    """Trace one usage entry to the lots of the device."""
    device = session.device
    key = device.key_of(report, usage.type)
    units = int(usage.count) if usage.count and usage.count > 0 else 0
    claim = Claim(submission, index, report, usage, key, units, session_code=session.code)
    if key is None:
        device.unattributed_units += units
    if key is None or not units:
        return claim
    account = device.accounts.of(key)
    account.settle(claim)
    device.accounts.file(account)
    if claim.excess:
        device.excesses.append(Excess(claim.excess, claim))
    if submission.is_accepted:
        device.accepted_claims += 1
    return claim
