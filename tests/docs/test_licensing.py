"""The page on licensing: what it says is answered, is answered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from harness.documents.yaml_document import YamlDocument
from harness.domain.message import AuthorizationRequest, Grant
from mock_server import (
    HandshakeCode,
    LicenceItem,
    Organization,
    PublicTrial,
    ValidationField,
    World,
    check,
)
from mock_server.licensing.pair import Pair
from mock_server.licensing.period import PERIODS
from mock_server.world.licence_item import ChargeWay, Term

PAGE = Path(__file__).parents[2] / "docs" / "licensing.md"
NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
TEXT = PAGE.read_text(encoding="utf-8")
PARTS = (World, Organization, HandshakeCode, LicenceItem, PublicTrial, ValidationField)


def _examples() -> list[tuple[str, list[str]]]:
    """Return every world of the page, with the answers that are told below it."""
    examples = []
    for part in TEXT.split("```yaml\n")[1:]:
        world, rest = part.split("```\n", 1)
        answers = rest.split("```answers\n", 1)[1].split("```", 1)[0]
        examples.append((world, answers.splitlines()))
    return examples


def _answer(pair: Pair, asked: str) -> str:
    fields: dict[str, Any] = dict(one.split("=", 1) for one in asked.split())
    server = fields.pop("server", "main")
    fields = {key: value.replace("+", " ") for key, value in fields.items()}
    asking = {"clientUuid": "u", "message": "authorization", **fields}
    request = msgspec.convert(asking, AuthorizationRequest)
    decision = pair.decide(request, NOW, server)
    assert decision.entry is not None
    pair.apply(decision.entry)
    answer = decision.answer
    return str(answer.licence_item_id if isinstance(answer, Grant) else answer.code)


@pytest.mark.parametrize(("written", "lines"), _examples())
def test_answers_are_as_told(written: str, lines: list[str], tmp_path: Path) -> None:
    """Every world that is shown loads, and answers what the page says."""
    path = tmp_path / "world.yaml"
    path.write_text(written, encoding="utf-8")
    world = YamlDocument(path).convert(World)
    check(world)
    pair = Pair(world)
    for line in lines:
        asked, expected = line.rsplit(maxsplit=1)
        assert _answer(pair, asked) == expected, line


def test_every_word_is_told() -> None:
    """The page has every key, way of charging, term and period that there is."""
    keys = {f.encode_name for part in PARTS for f in msgspec.structs.fields(part)}
    words = {*keys, *get_args(ChargeWay), *get_args(Term), *PERIODS}
    assert sorted(word for word in words if word not in TEXT) == []
