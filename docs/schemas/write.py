"""
Writes the JSON Schemas of everything that others read or write.

Run it after a change of these types: ``.venv/bin/python docs/schemas/write.py``.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from harness.domain.recording import AnyEvent
from harness.domain.results import Results
from harness.drivers.contract import schemas

DRAFT = "https://json-schema.org/draft/2020-12/schema"
HERE = Path(__file__).parent


def contract_schema() -> dict[str, Any]:
    """Return one document in which ``#/$defs/start.params`` is the schema of a message."""
    shared: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for name, schema in schemas().items():
        shared |= schema["$defs"]
        messages[name] = {"$ref": schema["$ref"]}
    title = "Messages of the driver contract, version 1"
    return {"$schema": DRAFT, "title": title, "$defs": messages | shared}


def documents() -> dict[str, dict[str, Any]]:
    """Return the schemas by the names of their files."""
    return {
        "driver-contract.json": contract_schema(),
        "results.json": {"$schema": DRAFT} | msgspec.json.schema(Results),
        "recording.json": {"$schema": DRAFT} | msgspec.json.schema(AnyEvent),
    }


def render(schema: dict[str, Any]) -> str:
    """Return the text of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, schema in documents().items():
        (HERE / name).write_text(render(schema), encoding="utf-8")
