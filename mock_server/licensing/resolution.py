"""
Which handshake code, or the public trial, a request means.

Source: the vendor's licence FAQ, table of organization and handshake code, and its
error list.
"""

from datetime import datetime

from harness.domain.error_codes import (
    CODE_OF_ANOTHER_ORGANIZATION,
    EXPIRED,
    NOTHING_SPECIFIED,
    UNKNOWN_HANDSHAKE_CODE,
    UNKNOWN_ORGANIZATION,
)
from harness.domain.instant import parse_span
from harness.domain.message import AuthorizationRequest
from mock_server.licensing.catalogue import Catalogue
from mock_server.licensing.state import State
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.public_trial import PublicTrial


def resolved(
    catalogue: Catalogue, request: AuthorizationRequest
) -> HandshakeCode | PublicTrial | int:
    """Return what *request* means, or the server code of why it means nothing."""
    organization_id, name = request.organization_id, request.handshake_code
    trial = catalogue.world.public_trial
    if not name and (not organization_id or _names_nobody(trial, organization_id)):
        return trial or NOTHING_SPECIFIED
    if not name:
        default = catalogue.default_code(organization_id or "")
        return catalogue.code(default or "") or UNKNOWN_ORGANIZATION
    code = catalogue.code(name)
    if code is None:
        return UNKNOWN_HANDSHAKE_CODE
    if organization_id and code.organization != organization_id:
        return CODE_OF_ANOTHER_ORGANIZATION
    return code


def trial_until(
    state: State, trial: PublicTrial, client_uuid: str, now: datetime
) -> datetime | int:
    """Return when the public trial of a client ends, or why it has none at *now*."""
    begun = state.trials.get(client_uuid)
    if begun is None and state.is_known(client_uuid):
        return NOTHING_SPECIFIED
    until = (begun or now) + parse_span(trial.length)
    return until if now < until else EXPIRED


def _names_nobody(trial: PublicTrial | None, organization_id: str) -> bool:
    return trial is not None and organization_id == trial.organization
