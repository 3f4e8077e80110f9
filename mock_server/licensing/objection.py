"""
What speaks against a handshake code or a licence item, before any quota is looked at.

The order of the checks is not documented; it is that of the two tables. Texts of the
error list pair the checks with their codes.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from harness.domain.error_codes import (
    BOUND_TO_ANOTHER_APPLICATION,
    EXPIRED,
    ITEM_BOUND_TO_ANOTHER_APPLICATION,
    ITEM_MISSING_BESIDE,
    NOT_YET_IN_FORCE,
    OTHER_CHARGE_WAY,
    OTHER_DEPLOYMENT,
    OTHER_EDITION,
    OTHER_PRODUCT,
    OTHER_VERSION,
    REVOKED,
    WRONG_SESSION_PASSWORD,
)
from harness.domain.message import AuthorizationRequest
from mock_server.licensing.period import Period
from mock_server.licensing.validity import is_in_force
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.validation_field import ValidationField


class Asked(NamedTuple):
    """A request, and what it is held against."""

    request: AuthorizationRequest
    code: HandshakeCode
    period: Period
    now: datetime


def objection_to_code(code: HandshakeCode, request: AuthorizationRequest) -> int | None:
    """Return the server code of what speaks against *code*, if anything does."""
    if code.password is not None and request.session_password != code.password:
        return WRONG_SESSION_PASSWORD
    if not _is_bound_to(code.validation, request):
        return BOUND_TO_ANOTHER_APPLICATION
    return code.refuse


def objection_to_item(item: LicenceItem, asked: Asked) -> int | None:
    """Return the server code of the first thing that speaks against *item*, if any."""
    return next((code for code, check in _ITEM_CHECKS if check(item, asked)), None)


def _is_bound_to(
    fields: tuple[ValidationField, ...], request: AuthorizationRequest
) -> bool:
    kind, value = request.binding_kind, request.binding_value
    return not fields or any(one.is_met_by(kind, value) for one in fields)


def _contradicts(wanted: str | None, given: str | None) -> bool:
    """What either side does not say contradicts nothing."""
    return bool(wanted and given and wanted != given)


def _is_other_way(item: LicenceItem, asked: Asked) -> bool:
    way = asked.request.charge_way
    return way != "auto" and item.charge_way != "any" and _contradicts(item.charge_way, way)


def _is_early(item: LicenceItem, asked: Asked) -> bool:
    return item.starts is not None and asked.now < item.starts


#: Server code, and whether it applies. In this order.
_ITEM_CHECKS: tuple[tuple[int, Callable[[LicenceItem, Asked], bool]], ...] = (
    (OTHER_PRODUCT, lambda i, a: _contradicts(i.product, a.request.product)),
    (OTHER_VERSION, lambda i, a: _contradicts(i.version, a.request.version)),
    (OTHER_DEPLOYMENT, lambda i, a: _contradicts(i.deployment, a.request.deployment_type)),
    (OTHER_EDITION, lambda i, a: _contradicts(i.edition, a.request.edition)),
    (NOT_YET_IN_FORCE, _is_early),
    (EXPIRED, lambda i, a: not is_in_force(i, a.period, a.now)),
    (REVOKED, lambda i, _: i.revoked),
    (
        ITEM_BOUND_TO_ANOTHER_APPLICATION,
        lambda i, a: not _is_bound_to(i.validation, a.request),
    ),
    (OTHER_CHARGE_WAY, _is_other_way),
    (ITEM_MISSING_BESIDE, lambda i, a: not {*i.requires} <= {*(a.code.items or ())}),
)
