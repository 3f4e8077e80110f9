"""Who is authorised, row by row."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.domain.message import Answer, AuthorizationRequest, Grant, Refusal
from mock_server.ledger.entry import Stored
from mock_server.ledger.portion import Account, Portion
from mock_server.licensing.decision import Question, decide, standing_by
from mock_server.licensing.state import State
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.organization import Organization
from mock_server.world.world import World

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
WORLD = World(
    organizations=(
        Organization(id="1", default="1-a"),
        Organization(id="2", default="2-a"),
        Organization(id="3"),
    ),
    handshake_codes=(
        HandshakeCode(code="1-a", organization="1"),
        HandshakeCode(code="1-b", organization="1", validity="1h30m"),
        HandshakeCode(code="2-a", organization="2", password="secret"),
        HandshakeCode(code="1-over", organization="1", refuse=111),
        HandshakeCode(code="1-few", organization="1", quota=20, grace=1),
        HandshakeCode(code="1-none", organization="1", quota=0),
    ),
)


def _decide(
    organization=None, code=None, password=None, totals=None, world=WORLD
) -> Answer:
    request = AuthorizationRequest(
        client_uuid="c0ffee",
        organization_id=organization,
        handshake_code=code,
        session_password=password,
    )
    state = State(world)
    portions = [
        Portion(Account(f"item-{used}", used, "u", NOW, "QR_CODE"), units)
        for used, units in (totals or {}).items()
    ]
    state.apply(Stored(at=NOW, portions=tuple(portions)), 1)
    return decide(Question(state, request, NOW)).answer


@pytest.mark.parametrize(
    ("organization", "code", "resolved"),
    [
        ("1", None, "1-a"),
        ("1", "", "1-a"),
        ("1", "1-b", "1-b"),
        (None, "1-b", "1-b"),
        ("", "1-a", "1-a"),
    ],
)
def test_resolves_the_handshake_code(organization, code, resolved) -> None:
    """A code stands for itself, an organization alone for its default code."""
    grant = _decide(organization, code)
    assert isinstance(grant, Grant)
    assert grant.handshake_code == resolved
    assert grant.licence_item_id == f"item-{resolved}"


@pytest.mark.parametrize(
    ("organization", "code", "server_code"),
    [
        (None, None, 123),
        ("", "", 123),
        ("9", None, 121),
        ("3", None, 121),
        (None, "9-x", 101),
        ("1", "9-x", 101),
        ("1", "2-a", 122),
        ("9", "1-a", 122),
    ],
)
def test_refuses_what_it_cannot_resolve(organization, code, server_code) -> None:
    """Each row of the table of organization and code has its server code."""
    assert _decide(organization, code).code == server_code


@pytest.mark.parametrize(
    ("sent", "server_code"), [(None, 102), ("Secret", 102), ("secret", None)]
)
def test_asks_for_the_session_password(sent, server_code) -> None:
    """A code with a password refuses whoever does not send it."""
    assert getattr(_decide(None, "2-a", sent), "code", None) == server_code


def test_ignores_a_password_that_nobody_set() -> None:
    """A password for a code without one does no harm."""
    assert isinstance(_decide(None, "1-a", "secret"), Grant)


def test_refuses_as_told() -> None:
    """A code that is told to refuse does so with its server code."""
    assert _decide(None, "1-over") == Refusal(code=111, text="License expired.")


@pytest.mark.parametrize(("used", "server_code"), [(20, None), (21, 120), (500, 120)])
def test_refuses_once_quota_and_grace_are_used(used, server_code) -> None:
    """Units up to quota and grace are let through, the next request is refused."""
    answer = _decide(None, "1-few", totals={"1-few": used, "1-a": 900})
    assert getattr(answer, "code", None) == server_code


def test_a_quota_of_nothing_refuses_everybody() -> None:
    """A quota of zero is used up from the start."""
    assert _decide(None, "1-none").code == 120


def test_no_quota_is_no_limit() -> None:
    """A code without a quota is never used up."""
    assert isinstance(_decide(None, "1-a", totals={"1-a": 10**9}), Grant)


@pytest.mark.parametrize(
    ("code", "validity"),
    [("1-a", timedelta(days=7)), ("1-b", timedelta(hours=1, minutes=30))],
)
def test_grants_for_the_validity(code, validity) -> None:
    """A grant is good from now on for the validity of its code."""
    assert _decide(None, code).valid_until == NOW + validity


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("2021", "License has exceeded its limit."),
        ("2024", "License usage exceeded its limit."),
    ],
)
def test_words_refusals_as_told(wording, text) -> None:
    """The text of a refusal comes from the list that the world names."""
    world = World(
        organizations=WORLD.organizations,
        handshake_codes=WORLD.handshake_codes,
        wording=wording,
    )
    assert _decide(None, "1-none", world=world).text == text


def test_standing_by_is_code_100() -> None:
    """A standby server refuses with code 100."""
    assert standing_by(WORLD).answer.code == 100
