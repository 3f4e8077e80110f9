"""How a licence item stands: what a page about it shows."""

from datetime import datetime
from typing import Literal

import msgspec

from mock_server.licensing.limit import exceptions_allowed, exceptions_used, grace_of
from mock_server.licensing.state import State
from mock_server.licensing.validity import is_in_force
from mock_server.world.licence_item import LicenceItem

_COUNTED = ("any", "scan", "page")
_CONCURRENT = ("concurrent-device", "concurrent-instance")

Status = Literal[
    "in force", "not yet in force", "expired", "revoked", "in grace", "used up"
]


class Standing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    One licence item at one instant.

    Attributes:
        used: Units that were counted, seats that are held or exceptions that were made.
        quota: Units or seats that were bought; exceptions that are allowed.
        grace: What is let through on top of that.
    """

    item: str
    status: Status
    used: int
    quota: int | None
    grace: int


def standing(state: State, item: LicenceItem, now: datetime) -> Standing:
    """Return how *item* stands at *now*."""
    period = state.catalogue.period
    quota, grace = item.quota, grace_of(item, period)
    if item.charge_way in _COUNTED:
        used = state.ledger.item_totals.get(item.id, 0)
    elif item.charge_way in _CONCURRENT:
        used, grace = exceptions_used(state, item, now), 0
        quota = exceptions_allowed(item, period, now)
    else:
        used = state.seats.holders(item.id, now)
    status = _dated(state, item, now) or _counted(used, quota, grace)
    return Standing(item=item.id, status=status, used=used, quota=quota, grace=grace)


def _dated(state: State, item: LicenceItem, now: datetime) -> Status | None:
    if item.revoked:
        return "revoked"
    if item.starts is not None and now < item.starts:
        return "not yet in force"
    if not is_in_force(item, state.catalogue.period, now):
        return "expired"
    return "in grace" if item.ends is not None and now >= item.ends else None


def _counted(used: int, quota: int | None, grace: int) -> Status:
    if quota is None or used < quota:
        return "in force"
    return "in grace" if used < quota + grace else "used up"
