"""The configuration of a mock."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec import structs

from harness.documents.bad_input import BadInput
from harness.documents.yaml_document import YamlDocument
from mock_server import (
    DEFAULT_WORLD,
    HandshakeCode,
    LicenceItem,
    Organization,
    PublicTrial,
    ValidationField,
    World,
    check,
)

ORGANIZATION = Organization(id="o", default="c")
CODE = HandshakeCode(code="c", organization="o")


def _world(organization=ORGANIZATION, *codes) -> World:
    return World(organizations=(organization,), handshake_codes=codes or (CODE,))


def _document(tmp_path: Path, text: str) -> YamlDocument:
    path = tmp_path / "world.yaml"
    path.write_text(text)
    return YamlDocument(path)


def test_reads_a_world(tmp_path) -> None:
    """A YAML file with the names of the protocol becomes a world."""
    document = _document(
        tmp_path,
        """
        organizations: [{id: "1", default: 1-a}]
        handshakeCodes:
          - {code: 1-a, organization: "1", quota: 20, grace: 1, validity: 3d}
          - {code: 1-b, organization: "1", password: secret, refuse: 111}
        wording: "2021"
        standby: always-serves
        """,
    )
    world = document.convert(World)
    check(world)
    assert world.handshake_code("1-a").grace == 1
    assert world.handshake_code("1-b").refuse == 111
    assert world.default_codes() == {"1": "1-a"}


@pytest.mark.parametrize(
    "line",
    ["{code: c, organization: o, quotas: 3}", "{code: c, organization: o, quota: -1}"],
)
def test_refuses_what_it_does_not_know(tmp_path, line) -> None:
    """An unknown key or a negative quota is told with its line."""
    text = f"organizations: []\nhandshakeCodes:\n  - {line}\n"
    with pytest.raises(BadInput, match=r"world\.yaml:3: .*quota"):
        _document(tmp_path, text).convert(World)


def test_default_world_fits() -> None:
    """The default world has one organization, a default code and another one."""
    check(DEFAULT_WORLD)
    assert DEFAULT_WORLD.default_codes() == {"200001": "200001-demo"}
    assert DEFAULT_WORLD.handshake_code("200001-other") is not None


def test_default_may_be_missing() -> None:
    """An organization may have no default code."""
    check(_world(Organization(id="o")))


@pytest.mark.parametrize(
    ("world", "message"),
    [
        (
            _world(Organization(id="o", default="x")),
            "organization 'o': expected as default one of its own handshake codes (c), "
            "got 'x'",
        ),
        (
            _world(ORGANIZATION, CODE, CODE),
            "handshake code 'c': expected once, got 2 times",
        ),
        (
            World(organizations=(ORGANIZATION,) * 2, handshake_codes=(CODE,)),
            "organization 'o': expected once, got 2 times",
        ),
        (
            _world(ORGANIZATION, CODE, HandshakeCode(code="d", organization="p")),
            "handshake code 'd': expected the ID of a configured organization (o), got 'p'",
        ),
        (
            _world(
                ORGANIZATION, HandshakeCode(code="c", organization="o", validity="a week")
            ),
            "handshake code 'c': validity: expected a time span such as 90s, 3m, 2d or "
            "1h30m, got 'a week'",
        ),
    ],
)
def test_says_what_does_not_fit(world, message) -> None:
    """A world whose parts contradict each other is refused with a message."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  compared as a whole
        check(world)
    assert str(caught.value) == message


FIELD = ValidationField(kind="website-domain", value="*.GitHub.io")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"items": ("x",)}, "expected as items configured licence items (i), got 'x'"),
        ({"items": ("i",), "quota": 3}, "expected quota, grace and validity on its"),
        (
            {"refuse": 101, "other_text": True},
            "otherText only with refuse 100, 111, got 101",
        ),
        ({"validation": (FIELD,)}, "one sub-domain of the shared domain github.io"),
    ],
)
def test_says_what_does_not_fit_a_code(fields, message) -> None:
    """What a handshake code says about its items must hold together."""
    code = HandshakeCode(code="c", organization="o", **fields)
    world = structs.replace(
        _world(ORGANIZATION, code), licence_items=(LicenceItem(id="i"),)
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        check(world)


NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{"id": "i"}, {"id": "i"}], "licence item 'i': expected once, got 2 times"),
        ([{"id": "item-c"}], "an ID that is not that of a code's own item"),
        (
            [{"id": "i", "validity": "x"}],
            "licence item 'i': validity: expected a time span",
        ),
        ([{"id": "i", "starts": NOW, "ends": NOW}], "expected starts before ends"),
        (
            [{"id": "i", "requires": ("j",)}],
            "as requires configured licence items, got 'j'",
        ),
    ],
)
def test_says_what_does_not_fit_an_item(items, message) -> None:
    """What a licence item says must hold together."""
    listed = tuple(LicenceItem(**fields) for fields in items)
    with pytest.raises(ValueError, match=re.escape(message)):
        check(structs.replace(_world(), licence_items=listed))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"lag": "0s"}, "lag: expected more than nothing, got '0s'"),
        ({"lag": "0.0001ms"}, "lag: expected more than nothing, got '0.0001ms'"),
        ({"lag": "soon"}, "lag: expected a time span"),
        ({"public_trial": PublicTrial(code="c")}, "expected a code of its own, got 'c'"),
        ({"public_trial": PublicTrial(length="x")}, "publicTrial: length: expected a time"),
    ],
)
def test_says_what_does_not_fit_a_world(fields, message) -> None:
    """Spans must be spans."""
    with pytest.raises(ValueError, match=re.escape(message)):
        check(structs.replace(_world(), **fields))


def test_an_instant_that_utc_cannot_tell(tmp_path) -> None:
    """The first hour of the calendar, far in the east, is told as a mistake."""
    text = "{id: i, starts: 0001-01-01T00:00:00+05:00}"
    document = _document(
        tmp_path, f"organizations: []\nhandshakeCodes: []\nlicenceItems: [{text}]"
    )
    with pytest.raises(BadInput, match="starts: expected an instant of UTC"):
        document.convert(World)


def test_instants_are_kept_in_utc() -> None:
    """When an item is in force does not depend on the offset that it was written with."""
    east = datetime(2026, 3, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert LicenceItem(id="i", ends=east).ends == NOW
    assert LicenceItem(id="i", ends=east).ends.utcoffset() == timedelta()


def test_refuses_unknown_error_codes() -> None:
    """A code can only refuse with a server code that is published."""
    with pytest.raises(ValueError, match=r"refuse one of 100, 101, .*, got 199"):
        check(_world(ORGANIZATION, HandshakeCode(code="c", organization="o", refuse=199)))
