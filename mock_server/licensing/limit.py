"""
What is left of a licence item: quota, grace, seats, exceptions.

Sources: the vendor's pages on licence types, terms and usage alerts. Of the rounding of
grace only the word is known; it is half up here. Usage that is reported is never
refused: limits are looked at when a client asks for authorisation.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

from harness.domain.error_codes import QUOTA_EXHAUSTED, TOO_MANY_REQUESTS
from harness.domain.instant import EPOCH
from harness.domain.message import AuthorizationRequest
from mock_server.licensing.period import Period
from mock_server.licensing.state import State
from mock_server.world.licence_item import ChargeWay, LicenceItem

#: After so long the count of exceptions starts anew.
YEAR = timedelta(days=365)
_DAY = timedelta(days=1)


def limit_reached(
    state: State, item: LicenceItem, request: AuthorizationRequest, now: datetime
) -> int | None:
    """Return the server code of the limit that *item* has reached, if any."""
    if item.requests is not None and state.grants(item.id) >= item.requests:
        return TOO_MANY_REQUESTS
    if item.quota is None:
        return None
    has_room = _HAS_ROOM[item.charge_way]
    return None if has_room(state, item, request, now) else QUOTA_EXHAUSTED


def grace_of(item: LicenceItem, period: Period) -> int:
    """Return how many units or devices *item* lets through on top of its quota."""
    if item.grace is not None:
        return item.grace
    part = Fraction(0)
    if item.charge_way in ("scan", "page", "any"):
        part = period.unit_grace
    if item.charge_way in ("device", "active-device"):
        part = period.device_grace
    return floor((item.quota or 0) * part + Fraction(1, 2))


def exceptions_used(state: State, item: LicenceItem, now: datetime) -> int:
    """Return the exceptions of *item* in the year of its own that holds *now*."""
    begin = (item.starts or EPOCH) + (now - (item.starts or EPOCH)) // YEAR * YEAR
    return state.activity.exceptions(item.id, item.quota or 0, begin, begin + YEAR)


def exceptions_allowed(item: LicenceItem, period: Period, now: datetime) -> int | None:
    """Return how many exceptions are let pass by *now*; ``None``: any number."""
    if item.allowance is None:
        seats = period.slices_per_seat
        return None if seats is None else seats * (item.quota or 0)
    days = (now - item.starts) // _DAY if item.starts else 0
    return item.allowance + item.allowance_per_day * days


def _any_room(
    _state: State, _item: LicenceItem, _request: AuthorizationRequest, _now: datetime
) -> bool:
    return True


def _room_for_units(
    state: State, item: LicenceItem, _request: AuthorizationRequest, _now: datetime
) -> bool:
    used = state.ledger.item_totals.get(item.id, 0)
    return used < (item.quota or 0) + grace_of(item, state.catalogue.period)


def _room_for_device(
    state: State, item: LicenceItem, request: AuthorizationRequest, now: datetime
) -> bool:
    if state.seats.holding(item.id, request.client_uuid or "", now) is not None:
        return True
    limit = (item.quota or 0) + grace_of(item, state.catalogue.period)
    return state.seats.holders(item.id, now) < limit


def _room_at_one_time(
    state: State, item: LicenceItem, request: AuthorizationRequest, now: datetime
) -> bool:
    period, asked, quota = state.catalogue.period, request.seats, item.quota or 0
    is_device = item.charge_way == "concurrent-device"
    manner = period.device_concurrency if is_device else period.instance_concurrency
    if asked > quota:
        return False
    if manner == "refuse":
        return _fits(state, item, request, now)
    allowed = exceptions_allowed(item, period, now)
    if allowed is None or exceptions_used(state, item, now) < allowed:
        return True
    return manner == "limit" and _fits(state, item, request, now)


def _fits(
    state: State, item: LicenceItem, request: AuthorizationRequest, now: datetime
) -> bool:
    """Tell whether what is asked for fits in the quota beside what others hold."""
    held = state.seats.held(item.id, now)
    others = sum(seat.seats for uuid, seat in held.items() if uuid != request.client_uuid)
    return others + request.seats <= (item.quota or 0)


_Room = Callable[[State, LicenceItem, AuthorizationRequest, datetime], bool]
_HAS_ROOM: dict[ChargeWay, _Room] = {
    "any": _room_for_units,
    "scan": _room_for_units,
    "page": _room_for_units,
    "device": _room_for_device,
    "active-device": _room_for_device,
    "server": _room_for_device,
    "concurrent-device": _room_at_one_time,
    "concurrent-instance": _room_at_one_time,
    "app-domain": _any_room,
}
