"""What does not fit the contract, before it is known whose fault it is and where."""

import re
from typing import Any

import msgspec

#: How much of a driver's own text a blame repeats.
LONGEST_QUOTE = 240

_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]*)`$")
_MISTYPED = re.compile(r"^Expected `(?P<type>[^`]*)`")
_STEP = re.compile(r"(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]")
_INSTANT = "an RFC 3339 instant such as 2026-03-01T08:00:30.000Z"

#: What the contract calls the types that msgspec names.
_WORDS = {
    "datetime": _INSTANT,
    "datetime | null": f"{_INSTANT}, or null",
    "bool": "true or false",
    "int": "a whole number",
    "str": "a string",
    "array": "a list",
    "object": "an object",
    "object | null": "an object or null",
}


class Complaint(Exception):
    """
    One answer does not fit the contract.

    Attributes:
        expected: What the contract wants.
        got: What was found, shortened.
        way_out: What would mend it; empty where that goes without saying.
        field: The field at fault, such as ``capabilities``; empty: the whole message.
    """

    def __init__(self, expected: str, got: str, way_out: str = "", field: str = "") -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.way_out = way_out
        self.field = field


def quote(value: object) -> str:
    """Return *value* as it may be printed: bytes as text, all else by ``repr``, short."""
    if isinstance(value, bytes):
        # Cut before decoding: the line may be megabytes long.
        value = value[: 4 * LONGEST_QUOTE].decode(errors="replace")
    try:
        text = repr(value)
    except Exception as error:
        text = f"<a {type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def complaint_about(
    error: msgspec.ValidationError, value: object, known: dict[str, tuple[Any, ...]]
) -> Complaint:
    """
    Say in the contract's words what msgspec's *error* about *value* says.

    Args:
        error: What msgspec raised.
        value: The whole result, as plain values.
        known: The values that are allowed in fields with a closed list of them.
    """
    at = _AT.search(str(error))
    path = at["path"] if at else ""
    message = _AT.sub("", str(error))
    field = path.split("[")[0]
    missing = _MISSING.match(message)
    if missing:
        name = f"{path}.{missing['name']}" if path else missing["name"]
        got = f"no such field in {quote(_part(value, path))}"
        return Complaint(f"a field {name}", got, field=name)
    where = f"{path}: " if path else ""
    expected = _expectation(message, known.get(field, ()))
    return Complaint(where + expected, quote(_part(value, path)), field=field)


def _expectation(message: str, known: tuple[Any, ...]) -> str:
    if known and message.startswith("Invalid enum value"):
        listed = ", ".join(map(str, known))
        return f"one of {listed}" if len(known) > 1 else listed
    if "RFC3339" in message or "timezone" in message:
        return f"{_INSTANT}, with an offset"
    mistyped = _MISTYPED.match(message)
    if mistyped:
        return _WORDS.get(mistyped["type"], mistyped["type"])
    return message


def _part(value: Any, path: str) -> Any:
    """Return the part of *value* at *path*, or as near as there is one."""
    for step in _STEP.finditer(path):
        try:
            value = value[int(step["index"]) if step["index"] else step["key"]]
        except (KeyError, IndexError, TypeError):
            break
    return value
