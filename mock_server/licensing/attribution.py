"""
Which accounts the units of a report go to.

A report's item is the one that it names, if that stands behind its code; else the one
that its client was last granted by the code; else the first behind the code.
"""

from collections.abc import Iterator

from harness.domain.message import Report, UsageSubmission
from mock_server.ledger.portion import Account, Portion
from mock_server.licensing.state import State


def portions_of(state: State, submission: UsageSubmission) -> tuple[Portion, ...]:
    """Return the portions of *submission*: what of it is to be counted."""
    return tuple(p for report in submission.reports for p in _portions(state, report))


def _portions(state: State, report: Report) -> Iterator[Portion]:
    units: dict[str | None, int] = {}
    for usage in report.usage:
        units[usage.type] = units.get(usage.type, 0) + int(usage.count or 0)
    code = state.catalogue.code_of(report)
    item = _item_of(state, report, code)
    for type_, counted in units.items():
        if counted:
            account = Account(item, code, report.client_uuid, report.time_label, type_)
            yield Portion(account, counted)


def _item_of(state: State, report: Report, code: str) -> str | None:
    behind = state.catalogue.items(code)
    if report.licence_item_id and any(i.id == report.licence_item_id for i in behind):
        return report.licence_item_id
    granted = state.granted_item(report.client_uuid, code)
    return granted or (behind[0].id if behind else None)
