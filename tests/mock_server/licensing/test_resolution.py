"""Whom a request means: organization, handshake code, or nobody."""

import pytest

from harness.domain.message import Grant
from mock_server import HandshakeCode, LicenceItem, Organization, PublicTrial, World

WORLD = World(
    organizations=(
        Organization(id="1", default="1-a"),
        Organization(id="2", default="2-a"),
        Organization(id="3"),
    ),
    handshake_codes=(
        HandshakeCode(code="1-a", organization="1"),
        HandshakeCode(code="1-b", organization="1"),
        HandshakeCode(code="2-a", organization="2"),
    ),
)
TRIAL = World(
    organizations=WORLD.organizations,
    handshake_codes=WORLD.handshake_codes,
    public_trial=PublicTrial(length="7d", organization="200001"),
)


@pytest.mark.parametrize(
    ("organization", "code", "meant"),
    [
        ("1", None, "1-a"),
        ("1", "1-b", "1-b"),
        (None, "1-b", "1-b"),
        (None, None, 123),
        ("9", None, 121),
        ("3", None, 121),
        ("9", "9-x", 101),
        (None, "9-x", 101),
        ("1", "2-a", 122),
    ],
)
def test_rows_of_the_table(desk, organization, code, meant) -> None:
    """S-01: each row of the table of organization and code, and why not."""
    answer = desk(WORLD).ask(organization_id=organization, handshake_code=code)
    assert meant in (getattr(answer, "handshake_code", None), getattr(answer, "code", None))


def test_nobody_gets_the_public_trial(desk) -> None:
    """S-01: a device that names nobody gets a trial, until it is over."""
    server = desk(TRIAL)
    begun = server.now
    first = server.ask()
    assert isinstance(first, Grant)
    assert first.handshake_code == "public-trial"
    assert server.at(days=6).ask().valid_until == first.valid_until == begun.replace(day=8)
    assert server.at(days=7).code() == 111


def test_a_device_with_a_licence_gets_no_trial(desk) -> None:
    """S-01: the public trial is for devices that never used the SDK before."""
    server = desk(TRIAL)
    assert server.code(handshake_code="1-a") is None
    assert server.code() == 123


def test_an_organization_may_stand_for_nobody(desk) -> None:
    """S-01: an SDK that fills in the trial's organization names nobody."""
    assert desk(TRIAL).ask(organization_id="200001").handshake_code == "public-trial"


def test_a_trial_counts_as_usage_of_its_own(desk) -> None:
    """What is reported on trial is counted under the code that the trial names."""
    server = desk(TRIAL)
    server.ask()
    server.report(3, handshake_code="public-trial")
    assert server.ledger.item_totals == {"item-public-trial": 3}


def test_items_and_codes_are_many_to_many(desk) -> None:
    """S-05: the quota is the item's, however many codes lead to it."""
    shared = LicenceItem(id="shared", quota=20, grace=0)
    other = LicenceItem(id="other", product="dwt", quota=5)
    codes = tuple(
        HandshakeCode(code=code, organization="o", items=items)
        for code, items in (("o-a", ("shared",)), ("o-b", ("shared", "other")))
    )
    organizations = (Organization(id="o"),)
    world = World(
        organizations=organizations, handshake_codes=codes, licence_items=(shared, other)
    )
    server = desk(world)
    server.report(15, handshake_code="o-a")
    assert server.code(handshake_code="o-b", product="dbr") is None
    server.report(5, handshake_code="o-b", licence_item_id="shared")
    assert server.code(handshake_code="o-a") == 120
    assert server.code(handshake_code="o-b", product="dbr") == 120
    assert server.code(handshake_code="o-b", product="dwt") is None
    assert server.ledger.totals == {"o-a": 15, "o-b": 5}
    assert server.ledger.item_totals == {"shared": 20}
