"""Which licence item a client gets, or why none."""

from dataclasses import dataclass
from datetime import datetime

from harness.domain.error_codes import CLONED_DEVICE, NO_ITEM_MATCHES, NO_SUCH_ITEM
from harness.domain.message import AuthorizationRequest
from mock_server.licensing.limit import limit_reached
from mock_server.licensing.objection import Asked, objection_to_item
from mock_server.licensing.state import State
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem


@dataclass(frozen=True)
class NoItem:
    """No item is granted: the server code of why, and the item that it is about."""

    code: int
    item: str = ""


def choose(
    state: State, code: HandshakeCode, request: AuthorizationRequest, now: datetime
) -> LicenceItem | NoItem:
    """
    Choose among the items behind *code*, in the order in which they are used.

    Items that do not fit, or of which nothing is left, are skipped. If all were, the
    reason is that of one that fitted, else the one that all share, else "no match".
    """
    fitting = _fitting(state, code, request, now)
    if isinstance(fitting, NoItem):
        return fitting
    reached = [limit_reached(state, item, request, now) for item in fitting]
    for item, limit in zip(fitting, reached, strict=True):
        if limit is None:
            return _unless_cloned(state, item, request)
    return NoItem(reached[0] or NO_ITEM_MATCHES, fitting[0].id)


def _fitting(
    state: State, code: HandshakeCode, request: AuthorizationRequest, now: datetime
) -> list[LicenceItem] | NoItem:
    items = state.catalogue.items(code.code)
    if request.licence_item_id:
        items = tuple(item for item in items if item.id == request.licence_item_id)
        if not items:
            return NoItem(NO_SUCH_ITEM, request.licence_item_id)
    asked = Asked(request, code, state.catalogue.period, now)
    objections = {item.id: objection_to_item(item, asked) for item in items}
    fitting = [item for item in items if objections[item.id] is None]
    if fitting:
        return fitting
    reasons = {reason for reason in objections.values() if reason is not None}
    if len(reasons) != 1:
        return NoItem(NO_ITEM_MATCHES)
    return NoItem(reasons.pop(), items[0].id)


def _unless_cloned(
    state: State, item: LicenceItem, request: AuthorizationRequest
) -> LicenceItem | NoItem:
    """How a server finds clones is not documented: here it is told."""
    if request.client_uuid in state.catalogue.world.cloned_clients:
        return NoItem(CLONED_DEVICE, item.id)
    return item
