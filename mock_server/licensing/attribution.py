"""
Which accounts the units of a report go to.

A report's item is the one that it names, if that stands behind its code; else the one
that its client was last granted by the code; else the first behind the code.
"""

from collections.abc import Iterable, Sequence

from harness.domain.message import Report, Usage, UsageSubmission
from mock_server.ledger.portion import Account, Portion
from mock_server.licensing.state import State

#: Makes a named tuple in half the time that its name takes, where many are made.
_new = tuple.__new__


def portions_of(state: State, submission: UsageSubmission) -> tuple[Portion, ...]:
    """Return the portions of *submission*: what of it is to be counted."""
    portions: list[Portion] = []
    items: dict[tuple[str, str | None, str | None], str | None] = {}
    for report in submission.reports:
        code = report.handshake_code or _default_code(state, report)
        client_uuid, slot = report.client_uuid, report.time_label
        # Reports of one submission are mostly of one client: the item is found once.
        key = (code, client_uuid, report.licence_item_id)
        if key not in items:
            items[key] = _item_of(state, report, code)
        item = items[key]
        for type_, units in _units(report.usage):
            account = _new(Account, (item, code, client_uuid, slot, type_))
            portions.append(_new(Portion, (account, units)))
    return tuple(portions)


def _units(usage: Sequence[Usage]) -> Iterable[tuple[str | None, int]]:
    """Return the units of each type of which there are any."""
    sums: dict[str | None, int] = {}
    for one in usage:
        units = int(one.count or 0)
        if units:
            sums[one.type] = sums.get(one.type, 0) + units
    return sums.items()


def _default_code(state: State, report: Report) -> str:
    """Return what *report* counts under without a code; see `Account.handshake_code`."""
    organization = report.organization_id or ""
    return state.catalogue.default_code(organization) or organization


def _item_of(state: State, report: Report, code: str) -> str | None:
    behind = state.catalogue.items(code)
    if report.licence_item_id and any(i.id == report.licence_item_id for i in behind):
        return report.licence_item_id
    granted = state.granted_item(report.client_uuid, code)
    return granted or (behind[0].id if behind else None)
