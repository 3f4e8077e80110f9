"""The published schemas, and the messages that the pages show."""

import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.documents.wire_profile import load_profile
from harness.drivers.contract import METHODS

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
WRITE = runpy.run_path(str(SCHEMAS / "write.py"))
NAMES = ("driver-contract.json", "recording.json", "results.json")


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return schema


@pytest.mark.parametrize("name", NAMES)
def test_up_to_date(name: str) -> None:
    """A published schema is what the types say: else run docs/schemas/write.py."""
    written = (SCHEMAS / name).read_text(encoding="utf-8")
    assert written == WRITE["render"](WRITE["documents"]()[name])


@pytest.mark.parametrize("name", NAMES)
def test_is_a_schema(name: str) -> None:
    """A published schema is a proper JSON Schema."""
    jsonschema.Draft202012Validator.check_schema(_schema(name))


def test_every_message_has_a_schema() -> None:
    """Params and result of every method of the contract have a schema."""
    names = {f"{method}.{part}" for method in METHODS for part in ("params", "result")}
    assert names <= set(_schema("driver-contract.json")["$defs"])


def test_shown_messages(json_block: Any) -> None:
    """A message that a page shows is one that we would send or take."""
    content = json.loads(json_block.text)
    if json_block.page.name == "wire.md":
        kind = "usage" if "reports" in content else "authorization"
        profile = load_profile("open-json", Path())
        reading = profile.read_request(kind, json_block.text.encode())  # type: ignore[arg-type]
        assert reading.problem is None
        return
    schema = _schema("driver-contract.json") | {"$ref": f"#/$defs/{json_block.note}"}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(content)
