"""
What a server answers, and the entry that its answer makes once it is carried out.

The order of the checks is not documented; it is: standing by or under maintenance (100),
nothing named (123), unknown organization (121), unknown code (101), code of another
organization (122), password (102), validation field (103), the licence items one by one
(104 to 115, 124), what is left of them (120, 130), clones (151).
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from harness.domain.error_codes import STANDING_BY, text_of
from harness.domain.message import (
    Answer,
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    UsageSubmission,
)
from mock_server.ledger.entry import AnyEntry, Authorised, Refused, Stored
from mock_server.licensing.attribution import portions_of
from mock_server.licensing.choice import NoItem, choose
from mock_server.licensing.objection import objection_to_code
from mock_server.licensing.resolution import resolved, trial_until
from mock_server.licensing.state import State
from mock_server.licensing.validity import valid_until
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.public_trial import PublicTrial
from mock_server.world.world import Server, World

_RECEIPT = Receipt()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """
    An answer in the protocol's terms.

    Attributes:
        entry: To be applied if the server carries the decision out; ``None``: nothing
            changes by it.
    """

    answer: Answer
    entry: AnyEntry | None = None


class Question(NamedTuple):
    """A *request* that came to *server* at *now*, and what the server knows then."""

    state: State
    request: AuthorizationRequest
    now: datetime
    server: Server = "main"

    @property
    def client_uuid(self) -> str:
        """The client that asks."""
        return self.request.client_uuid or ""


def decide(question: Question) -> Decision:
    """Decide on a request for authorisation; nothing is changed by it."""
    state, request, now, _ = question
    meant = resolved(state.catalogue, request)
    if isinstance(meant, int):
        return _refused(question, NoItem(meant))
    if isinstance(meant, PublicTrial):
        return _on_trial(question, meant)
    objection = objection_to_code(meant, request)
    if objection is not None:
        items = state.catalogue.items(meant.code)
        return _refused(question, NoItem(objection, items[0].id if items else ""), meant)
    chosen = choose(state, meant, request, now)
    if isinstance(chosen, NoItem):
        return _refused(question, chosen, meant)
    return _granted(question, meant, chosen)


def take_in(
    state: State, submission: UsageSubmission, now: datetime, server: Server = "main"
) -> Decision:
    """Decide on a submission: whatever it says is stored."""
    portions = portions_of(state, submission)
    return Decision(_RECEIPT, Stored(server=server, at=now, portions=portions))


def standing_by(world: World) -> Decision:
    """Refuse as a standby server does while the main one works."""
    return Decision(_refusal(world, NoItem(STANDING_BY)))


def under_maintenance(world: World) -> Decision:
    """Refuse as a server does that is being worked on."""
    return Decision(_refusal(world, NoItem(STANDING_BY), is_second=True))


def _granted(question: Question, code: HandshakeCode, item: LicenceItem) -> Decision:
    state, request, now, server = question
    entry = Authorised(
        server=server,
        at=now,
        client_uuid=question.client_uuid,
        handshake_code=code.code,
        item=item.id,
        valid_until=valid_until(item, state.catalogue.period, now),
        seats=_seats_of(question, item),
        alias=request.alias,
    )
    return Decision(_grant(entry), entry)


def _seats_of(question: Question, item: LicenceItem) -> int:
    """All programs of a device share its seats: the highest request counts."""
    if item.charge_way != "concurrent-instance":
        return 1
    held = question.state.seats.holding(item.id, question.client_uuid, question.now)
    return max(question.request.seats, held.seats if held else 0)


def _on_trial(question: Question, trial: PublicTrial) -> Decision:
    state, request, now, server = question
    until = trial_until(state, trial, question.client_uuid, now)
    if isinstance(until, int):
        return _refused(question, NoItem(until, trial.item_id))
    entry = Authorised(
        server=server,
        at=now,
        client_uuid=question.client_uuid,
        handshake_code=trial.code,
        item=trial.item_id,
        valid_until=until,
        alias=request.alias,
        is_trial=True,
    )
    return Decision(_grant(entry), entry)


def _refused(
    question: Question, reason: NoItem, code: HandshakeCode | None = None
) -> Decision:
    world = question.state.catalogue.world
    entry = Refused(
        server=question.server,
        at=question.now,
        code=reason.code,
        client_uuid=question.client_uuid,
        handshake_code=code.code if code else None,
    )
    is_second = code is not None and code.other_text and reason.code == code.refuse
    return Decision(_refusal(world, reason, is_second=is_second), entry)


def _refusal(world: World, reason: NoItem, *, is_second: bool = False) -> Refusal:
    text = text_of(reason.code, world.wording, reason.item, is_second=is_second)
    return Refusal(code=reason.code, text=text)


def _grant(entry: Authorised) -> Grant:
    return Grant(
        handshake_code=entry.handshake_code,
        licence_item_id=entry.item,
        valid_until=entry.valid_until,
    )
