"""The configuration of a mock."""

from pathlib import Path

import pytest

from harness.documents.bad_input import BadInput
from harness.documents.yaml_document import YamlDocument
from mock_server import DEFAULT_WORLD, HandshakeCode, Organization, World, check

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


def test_refuses_unknown_error_codes() -> None:
    """A code can only refuse with a server code that is published."""
    with pytest.raises(ValueError, match=r"refuse one of 100, 101, .*, got 199"):
        check(_world(ORGANIZATION, HandshakeCode(code="c", organization="o", refuse=199)))
