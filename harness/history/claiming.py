"""Tracing what a submission claims to what its device has done."""

from harness.domain.message import Request, UsageSubmission
from harness.history.claim import Claim, Excess
from harness.history.device import Device
from harness.history.session import Session
from harness.history.submission import Submission


def claims_of(
    session: Session, submission: Submission, request: Request | None
) -> list[Claim]:
    """Trace every usage entry of *request*, in the order of the message."""
    if not isinstance(request, UsageSubmission):
        return []
    claims: list[Claim] = []
    device, code = session.device, session.code
    for report in request.reports:
        for usage in report.usage:
            key = device.key_of(report, usage.type)
            units = int(usage.count) if usage.count and usage.count > 0 else 0
            claim = Claim(submission, len(claims), report, usage, key, units, code)
            _trace(device, claim)
            claims.append(claim)
    return claims


def _trace(device: Device, claim: Claim) -> None:
    """Trace one usage entry to the lots of the device."""
    if claim.key is None:
        device.unattributed_units += claim.units
    if claim.key is None or not claim.units:
        return
    account = device.accounts.of(claim.key)
    account.settle(claim, device.tolerance)
    device.accounts.file(account)
    if claim.excess:
        device.excesses.append(Excess(claim.excess, claim))
    if claim.submission.is_accepted:
        device.accepted_claims += 1
