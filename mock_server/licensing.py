"""
Who is authorised, and why not.

Source: the vendor's licence FAQ, table of organization and handshake code, and its
error list. The order of the checks is not documented; it is that of
`_first_objection`.
"""

from collections.abc import Mapping
from datetime import datetime

from harness.domain.error_codes import (
    CODE_OF_ANOTHER_ORGANIZATION,
    NOTHING_SPECIFIED,
    QUOTA_EXHAUSTED,
    STANDING_BY,
    UNKNOWN_HANDSHAKE_CODE,
    UNKNOWN_ORGANIZATION,
    WRONG_SESSION_PASSWORD,
    text_of,
)
from harness.domain.instant import parse_span
from harness.domain.message import AuthorizationRequest, Grant, Refusal
from mock_server.config import HandshakeCode, World


def decide(
    world: World,
    ledger_totals: Mapping[str, int],
    request: AuthorizationRequest,
    now: datetime,
) -> Grant | Refusal:
    """
    Answer *request*, which came at *now*.

    *ledger_totals* has the units used so far per handshake code; a code that it lacks
    was not used.
    """
    code = _resolved(world, request)
    if isinstance(code, int):
        return refusal(world, code)
    objection = _first_objection(code, ledger_totals.get(code.code, 0), request)
    if objection is not None:
        return refusal(world, objection)
    return Grant(
        handshake_code=code.code,
        licence_item_id=licence_item_of(code),
        valid_until=now + parse_span(code.validity),
    )


def refusal(world: World, code: int) -> Refusal:
    """Refuse with the server code *code*, in the wording of *world*."""
    return Refusal(code=code, text=text_of(code, world.wording))


def standing_by(world: World) -> Refusal:
    """Refuse as a standby server does while the main one works."""
    return refusal(world, STANDING_BY)


def licence_item_of(code: HandshakeCode) -> str:
    """Return the ID of the one licence item behind *code*."""
    return f"item-{code.code}"


def _resolved(world: World, request: AuthorizationRequest) -> HandshakeCode | int:
    """Return the handshake code that *request* means, or the server code of why not."""
    organization_id, name = request.organization_id, request.handshake_code
    if not organization_id and not name:
        return NOTHING_SPECIFIED
    if not name:
        organization = world.organization(organization_id)
        default = organization and world.handshake_code(organization.default)
        return default or UNKNOWN_ORGANIZATION
    code = world.handshake_code(name)
    if code is None:
        return UNKNOWN_HANDSHAKE_CODE
    if organization_id and code.organization != organization_id:
        return CODE_OF_ANOTHER_ORGANIZATION
    return code


def _first_objection(
    code: HandshakeCode, used: int, request: AuthorizationRequest
) -> int | None:
    if code.password is not None and request.session_password != code.password:
        return WRONG_SESSION_PASSWORD
    if code.refuse is not None:
        return code.refuse
    if code.quota is not None and used >= code.quota + code.grace:
        return QUOTA_EXHAUSTED
    return None
