"""Every server code, provoked by what is configured."""

from datetime import UTC, datetime

import pytest

from harness.domain.error_codes import SECOND_TEXTS, TEXTS_2021, TEXTS_2024, text_of
from harness.domain.message import Refusal
from mock_server import HandshakeCode, LicenceItem, Organization, ValidationField, World

PAST, FUTURE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SHOP = ValidationField(kind="website-domain", value="shop.example")
ORGANIZATIONS = (Organization(id="o", default="o-a"), Organization(id="p"))


def _world(item: LicenceItem | None = None, **fields) -> World:
    code_fields = {name: fields.pop(name) for name in [*fields] if name in CODE_FIELDS}
    items = (item,) if item else ()
    behind = code_fields.pop("items", tuple(one.id for one in items))
    code = HandshakeCode(code="o-a", organization="o", items=behind, **code_fields)
    return World(
        organizations=ORGANIZATIONS,
        handshake_codes=(code,),
        licence_items=(*items, *fields.pop("more", ())),
        **fields,
    )


def _item(**fields) -> LicenceItem:
    return LicenceItem(id="i", **fields)


CODE_FIELDS = ("password", "validation", "items", "refuse", "other_text")
A = {"handshake_code": "o-a"}

#: Server code, what is configured, what is asked.
PROVOKED = [
    (100, _world(_item()), {**A, "server": "standby"}),
    (101, _world(_item()), {"handshake_code": "o-x"}),
    (102, _world(_item(), password="x"), A),
    (103, _world(_item(), validation=(SHOP,)), A),
    (104, _world(items=()), A),
    (105, _world(_item()), {**A, "licence_item_id": "j"}),
    (106, _world(_item(product="dbr")), {**A, "product": "dwt"}),
    (107, _world(_item(version="8")), {**A, "version": "9"}),
    (108, _world(_item(deployment="server")), {**A, "deployment_type": "mobile"}),
    (109, _world(_item(edition="js")), {**A, "edition": "cpp"}),
    (111, _world(_item(ends=PAST)), A),
    (112, _world(_item(starts=FUTURE)), A),
    (113, _world(_item(revoked=True)), A),
    (114, _world(_item(validation=(SHOP,))), A),
    (115, _world(_item(charge_way="scan")), {**A, "charge_way": "device"}),
    (120, _world(_item(quota=0)), A),
    (121, _world(_item()), {"organization_id": "p"}),
    (122, _world(_item()), {**A, "organization_id": "p"}),
    (123, _world(_item()), {}),
    (124, _world(_item(requires=("k",)), more=(LicenceItem(id="k"),)), A),
    (130, _world(_item(requests=0)), A),
    (151, _world(_item(), cloned_clients=("u",)), A),
]


def test_all_codes_are_here() -> None:
    """No published server code is left out."""
    assert [code for code, _, _ in PROVOKED] == [*TEXTS_2024]
    assert {*TEXTS_2021} < {*TEXTS_2024}


@pytest.mark.parametrize("wording", ["2021", "2024"])
@pytest.mark.parametrize(("code", "world", "asked"), PROVOKED)
def test_is_provoked(desk, code, world, asked, wording) -> None:
    """Every server code comes of a configuration of its own, in either wording."""
    fields = {name: getattr(world, name) for name in world.__struct_fields__}
    server = desk(World(**{**fields, "wording": wording}))
    item = asked.get("licence_item_id", "i")
    assert server.ask(**asked) == Refusal(code=code, text=text_of(code, wording, item))


@pytest.mark.parametrize("code", TEXTS_2024)
def test_is_told_directly(desk, code) -> None:
    """A handshake code may be told to refuse with any published server code."""
    assert desk(_world(_item(), refuse=code)).code(**A) == code


@pytest.mark.parametrize("wording", ["2021", "2024"])
@pytest.mark.parametrize("code", [100, 111])
def test_the_second_text(desk, code, wording) -> None:
    """Two codes have two texts each, and either can be had."""
    server = desk(_world(_item(), refuse=code, other_text=True, wording=wording))
    assert server.ask(**A).text == SECOND_TEXTS[wording][code]


def test_names_the_item_that_is_revoked(desk) -> None:
    """The older text of code 113 names the licence item."""
    server = desk(_world(_item(revoked=True), wording="2021"))
    assert server.ask(**A).text == "This license item i has been invalid."


#: Pairs of what is wrong, of which the first is told.
ORDER = [
    (101, {"handshake_code": "o-x", "organization_id": "p"}, {}),
    (122, {**A, "organization_id": "p"}, {"password": "x"}),
    (102, A, {"password": "x", "validation": (SHOP,)}),
    (103, A, {"validation": (SHOP,), "item": _item(ends=PAST)}),
    (106, {**A, "product": "dwt"}, {"item": _item(product="dbr", ends=PAST)}),
    (111, A, {"item": _item(ends=PAST, revoked=True)}),
    (113, A, {"item": _item(revoked=True, quota=0)}),
    (120, A, {"item": _item(quota=0), "cloned_clients": ("u",)}),
]


@pytest.mark.parametrize(("code", "asked", "configured"), ORDER)
def test_order_of_checks(desk, code, asked, configured) -> None:
    """S-10: of several things that are wrong the first in the order is told."""
    world = _world(configured.pop("item", _item()), **configured)
    assert desk(world).code(**asked) == code


def test_reason_of_several_items(desk) -> None:
    """S-10: items that fail for one reason give it, for different ones 104."""
    expired, other = LicenceItem(id="e", ends=PAST), LicenceItem(id="r", revoked=True)
    late = LicenceItem(id="l", ends=PAST)
    assert desk(expired, late).code(**A) == 111
    assert desk(expired, other).code(**A) == 104


def test_an_item_that_fits_gives_the_reason(desk) -> None:
    """S-10: where an item fitted and nothing was left of it, that is the reason."""
    expired, used_up = LicenceItem(id="e", ends=PAST), LicenceItem(id="q", quota=0)
    assert desk(expired, used_up).code(**A) == 120


def test_clones_are_found_on_command(desk) -> None:
    """S-25: only the clients that are named are taken for clones."""
    server = desk(_world(_item(), cloned_clients=("clone",)))
    assert server.code("clone", **A) == 151
    assert server.code("u", **A) is None


def test_requests_run_out(desk) -> None:
    """An item that is good for so many requests grants so many."""
    server = desk(_world(_item(requests=2)))
    assert [server.code(**A) for _ in range(3)] == [None, None, 130]


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        ({"charge_way": "scan"}, {"charge_way": "auto"}),
        ({"charge_way": "scan"}, {"charge_way": "scan"}),
        ({"charge_way": "any"}, {"charge_way": "device"}),
        ({"product": "dbr", "edition": "js", "version": "8"}, {}),
        ({}, {"product": "dbr", "deployment_type": "server", "edition": "js"}),
        ({"deployment": "mobile"}, {"deployment_type": "mobile"}),
    ],
)
def test_contradicts_nothing(desk, item, asked) -> None:
    """What either side does not say, or leaves to the server, is no mismatch."""
    assert desk(_world(_item(**item))).code(**A, **asked) is None
