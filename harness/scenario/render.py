"""A scenario as the text of a case file: `load_cases` reads back what was written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from harness.documents.yaml_text import in_one_line
from harness.domain.instant import render_span
from harness.scenario.scenario import Repeat, Scenario, Step

_INDENT = "  "
_MILLISECOND = timedelta(milliseconds=1)


def render_scenario(scenario: Scenario) -> str:
    """
    Return *scenario* as YAML; what it leaves at the default is left out.

    Raises:
        ValueError: It holds what no case file can say: a span in fractions of a
            millisecond, or a text that would be read as a parameter.
    """
    head = {
        field.encode_name: _plain(getattr(scenario, field.name))
        for field in msgspec.structs.fields(scenario)
        if field.name != "steps" and getattr(scenario, field.name) != field.default
    }
    return "\n".join([*_head(head, ""), *_steps(scenario.steps, "")]) + "\n"


def _head(values: dict[str, Any], indent: str) -> Iterator[str]:
    """Write a line for each value; what has parts of its own gets a line for each."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:" if value else f"{indent}{key}: {{}}"
            yield from _head(value, indent + _INDENT)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            yield from (f"{indent}{_INDENT}- {in_one_line(item)}" for item in value)
        else:
            yield f"{indent}{key}: {in_one_line(value)}"


def _steps(steps: tuple[Step, ...], indent: str) -> Iterator[str]:
    if not steps:
        yield f"{indent}steps: []"
        return
    yield f"{indent}steps:"
    for step in steps:
        if step.repeat is not None:
            yield from _repeat(step.repeat, indent + _INDENT)
        else:
            yield f"{indent}{_INDENT}- {_step(step)}"


def _repeat(repeat: Repeat, indent: str) -> Iterator[str]:
    inner = indent + 2 * _INDENT
    yield f"{indent}- repeat:"
    yield f"{inner}times: {repeat.times}"
    yield from _steps(repeat.steps, inner)


def _step(step: Step) -> str:
    """Write one step; ``stop`` is short for ``stop: {}``."""
    ((name, body),) = _plain(step).items()
    return name if body == {} else f"{name}: {in_one_line(body)}"


def _plain(value: Any) -> Any:
    """Return *value* as a case file holds it."""
    match value:
        case msgspec.Struct():
            return {
                field.encode_name: _plain(getattr(value, field.name))
                for field in msgspec.structs.fields(value)
                if getattr(value, field.name) != field.default
            }
        case tuple() | list():
            return [_plain(item) for item in value]
        case timedelta():
            return _span(value)
        case datetime():
            return _instant(value)
        case str():
            return _text(value)
    return value


def _span(span: timedelta) -> str:
    if span % _MILLISECOND:
        raise ValueError(f"expected a span in whole milliseconds, got {span!r}")
    return render_span(span)


def _instant(at: datetime) -> str:
    """Write as many digits of a second as there are."""
    written = at.astimezone(UTC).isoformat().removesuffix("+00:00")
    return (written.rstrip("0") if at.microsecond else written) + "Z"


def _text(text: str) -> str:
    if text.startswith("${") and text.endswith("}"):
        raise ValueError(f"a case file takes {text!r} for a parameter")
    return text
