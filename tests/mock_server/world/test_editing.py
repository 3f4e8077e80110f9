"""What an administrator does to a world."""

from datetime import UTC, datetime

import pytest

from mock_server import LicenceItem, World
from mock_server.world.editing import (
    LicenceFile,
    with_code,
    with_default,
    with_file,
    with_items,
    with_organization,
)
from mock_server.world.fitting import check

EMPTY = World(organizations=(), handshake_codes=())
ENDS = datetime(2027, 1, 1, tzinfo=UTC)


def _file(name: str, *ids: str, **fields) -> LicenceFile:
    items = tuple(LicenceItem(id=one) for one in ids)
    return LicenceFile(**{"name": name, "organization": "7", "items": items, **fields})


def test_the_first_code_is_the_default() -> None:
    """S-02: the first code of an organization is its default, until another is made so."""
    world = with_organization(EMPTY, "7")
    assert world.default_codes() == {}
    world = with_code(with_code(world, "7", "first"), "7", "second")
    assert world.default_codes() == {"7": "7-first"}
    world = with_default(world, "7-second")
    assert world.default_codes() == {"7": "7-second"}
    check(world)


def test_private_trials_join_the_default_code() -> None:
    """S-02: items of a private trial join the default code, bought ones where told."""
    world = with_file(with_file(EMPTY, _file("start", "a")), _file("shop", "b"))
    world = with_file(world, _file("trial", "t", kind="private-trial"))
    assert world.handshake_code("7-start").items == ("a", "t")
    world = with_file(world, _file("more", "c"), into="7-shop")
    assert world.handshake_code("7-shop").items == ("b", "c")
    check(world)


def test_a_file_makes_a_code_of_its_own() -> None:
    """S-03: a licence file makes a code that has all of its items."""
    world = with_file(EMPTY, _file("order-1", "a", "b"))
    assert [one.code for one in world.handshake_codes] == ["7-order-1"]
    assert world.handshake_code("7-order-1").items == ("a", "b")
    check(world)


def test_codes_begin_with_their_organization() -> None:
    """S-04: a code is named after its organization and one word more."""
    world = with_code(with_organization(EMPTY, "7"), "7", "demo")
    assert [one.code for one in world.handshake_codes] == ["7-demo"]


def test_an_item_stands_behind_several_codes() -> None:
    """S-05: an item may stand behind as many codes as one likes."""
    world = with_file(with_file(EMPTY, _file("a", "x")), _file("b", "y"))
    world = with_items(world, "7-b", ("x", "y"))
    assert world.handshake_code("7-b").items == ("y", "x")
    check(world)


def test_a_revoked_item_makes_both_invalid(desk) -> None:
    """S-24: where the original is there, taking in a revoked item makes both invalid."""
    world = with_file(EMPTY, _file("old", "x"))
    revoked = (LicenceItem(id="x", revoked=True, ends=ENDS),)
    world = with_file(world, _file("new", items=revoked))
    codes = [desk(world).code(handshake_code=code) for code in ("7-old", "7-new")]
    assert codes == [113, 113]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda w: with_code(w, "8", "x"),
            "organization: expected a configured one, got '8'",
        ),
        (lambda w: with_code(w, "7", "a"), "handshake code: expected a new one, got '7-a'"),
        (lambda w: with_default(w, "7-x"), "expected a configured one, got '7-x'"),
        (lambda w: with_items(w, "7-x", ()), "expected one with items, got '7-x'"),
    ],
)
def test_says_what_cannot_be(edit, message) -> None:
    """What does not exist cannot be changed, and what does cannot be added."""
    with pytest.raises(ValueError, match=message):
        edit(with_file(EMPTY, _file("a", "x")))
