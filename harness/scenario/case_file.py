"""A file of cases: one scenario, or several that differ in their parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from harness.documents.bad_input import BadInput, unknown_name
from harness.documents.yaml_document import YamlDocument
from harness.drivers.contract import CAPABILITIES
from harness.scenario.scenario import Scenario, Start, Step, Tls
from mock_server import Fault, check, check_fault

#: So much time passes in a scenario at most; the longest of ours takes two months.
_LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Case:
    """A scenario with an id: the path of its file, and the name of its variant."""

    id: str
    path: Path
    scenario: Scenario


def load_cases(path: Path, folder: Path, rules: frozenset[str]) -> tuple[Case, ...]:
    """
    Read the cases in *path*, whose ids are relative to *folder*.

    ``cases: {name: {parameter: value}}`` in a file makes one case of each name, with
    ``${parameter}`` replaced. *rules* are the ids that ``exercises`` may name.

    Raises:
        BadInput: Something in the file is wrong; with file and line.
    """
    document = YamlDocument(path)
    if not isinstance(document.value, dict):
        raise document.blamed("expected a scenario, with summary, exercises and steps")
    text = dict(document.value)
    variants = text.pop("cases", None) or {"": {}}
    name = path.relative_to(folder).with_suffix("").as_posix()
    return tuple(
        _case(document, f"{name}/{variant}" if variant else name, text, given, rules)
        for variant, given in _checked(document, variants)
    )


def _checked(document: YamlDocument, variants: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(variants, dict):
        raise document.blamed("expected names with their parameters - at `$.cases`")
    for name, given in variants.items():
        if not isinstance(given, dict):
            where = f" - at `$.cases.{name}`"
            raise document.blamed(f"expected parameters, got {given!r}{where}")
        yield str(name), given


def _case(
    document: YamlDocument,
    case_id: str,
    text: dict[str, Any],
    given: dict[str, Any],
    rules: frozenset[str],
) -> Case:
    filled = _Filling(document, given).fill(text, "$")
    filled["steps"] = _spelled_out(filled.get("steps"))
    scenario = document.convert(Scenario, filled)
    _check(document, scenario, rules)
    return Case(case_id, document.path, scenario)


class _Filling:
    """Puts the values of parameters in the place of their names."""

    def __init__(self, document: YamlDocument, given: dict[str, Any]) -> None:
        self._document = document
        self._given = given

    def fill(self, value: Any, where: str) -> Any:
        if isinstance(value, dict):
            return {k: self.fill(v, f"{where}.{k}") for k, v in value.items()}
        if isinstance(value, list):
            return [self.fill(v, f"{where}[{i}]") for i, v in enumerate(value)]
        if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
            return self._parameter(value[2:-1], where)
        return value

    def _parameter(self, name: str, where: str) -> Any:
        if name not in self._given:
            problem = unknown_name("parameter", name, self._given)
            raise self._document.blamed(f"{problem} - at `{where}`")
        return self._given[name]


def _spelled_out(steps: Any) -> Any:
    """``- stop`` is short for ``- stop: {}``, and so is a key without a value."""
    if not isinstance(steps, list):
        return steps
    spelled = []
    for step in steps:
        item = {step: {}} if isinstance(step, str) else step
        if isinstance(item, dict):
            item = {key: {} if body is None else body for key, body in item.items()}
            if isinstance(item.get("repeat"), dict):
                item["repeat"] = {
                    **item["repeat"],
                    "steps": _spelled_out(item["repeat"].get("steps")),
                }
        spelled.append(item)
    return spelled


def _check(document: YamlDocument, scenario: Scenario, rules: frozenset[str]) -> None:
    for index, rule in enumerate(scenario.exercises):
        if rule not in rules:
            problem = unknown_name("rule", rule, rules)
            raise document.blamed(f"{problem} - at `$.exercises[{index}]`")
    if not scenario.exercises:
        raise document.blamed("expected at least one rule - at `$.exercises`")
    for index, capability in enumerate(scenario.requires):
        if capability not in CAPABILITIES:
            problem = unknown_name("capability", capability, CAPABILITIES)
            raise document.blamed(f"{problem} - at `$.requires[{index}]`")
    try:
        if scenario.world:
            check(scenario.world)
    except ValueError as error:
        raise document.blamed(f"{error} - at `$.world`") from error
    _check_span(document, scenario)
    _check_tls(document, "$.tls", scenario.tls, scenario.servers)
    for where, step in _walk(scenario.steps, "$.steps"):
        _check_step(document, where, step)
        _check_servers(document, where, step, scenario.servers)
        if step.start:
            tls = step.start.tls
            _check_tls(document, f"{where}.start.tls", tls, scenario.servers)


def _check_span(document: YamlDocument, scenario: Scenario) -> None:
    """An SDK has something to do every three minutes: years of that never end."""
    try:
        is_short = scenario.span <= _LONGEST
    except OverflowError:
        is_short = False
    steps = _walk(scenario.steps, "$.steps")
    is_short &= all(not s.until or s.until - scenario.begin <= _LONGEST for _, s in steps)
    if not is_short:
        expected = f"expected at most {_LONGEST.days}d in all"
        raise document.blamed(f"{expected}, got more - at `$.steps`")


def _walk(steps: tuple[Step, ...], where: str) -> Iterator[tuple[str, Step]]:
    for index, step in enumerate(steps):
        here = f"{where}[{index}]"
        yield here, step
        if step.repeat:
            yield from _walk(step.repeat.steps, f"{here}.repeat.steps")


def _check_step(document: YamlDocument, where: str, step: Step) -> None:
    if step.name is None:
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(Step))
        raise document.blamed(f"expected exactly one of {known} - at `{where}`")
    change = step.set_clock
    if change and (change.forward is None) == (change.back is None):
        raise document.blamed(f"expected either forward or back - at `{where}.setClock`")
    if step.start:
        _check_start(document, where, step.start)
    crash = step.crash
    if crash and crash.during is None and (crash.nth or crash.at):
        raise document.blamed(f"expected nth and at only with during - at `{where}.crash`")
    try:
        if isinstance(step.fault, Fault):
            check_fault(step.fault)
    except ValueError as error:
        raise document.blamed(f"{error} - at `{where}.fault`") from error


def _check_start(document: YamlDocument, where: str, start: Start) -> None:
    if start.tls and not start.new_address:
        problem = "expected only with newAddress: a server keeps its certificate"
        raise document.blamed(f"{problem} - at `{where}.start.tls`")
    if start.twin == start.device:
        problem = f"expected another device as twin, got {start.twin!r}"
        raise document.blamed(f"{problem} - at `{where}.start`")


def _check_servers(
    document: YamlDocument, where: str, step: Step, servers: tuple[str, ...]
) -> None:
    """A server that the scenario does not have would never be met."""
    named = {step.fault.server} if step.fault else set()
    if step.server:
        named |= {name for name in ("main", "standby") if getattr(step.server, name)}
    for name in sorted(filter(None, named - set(servers))):
        raise document.blamed(f"{_stranger(name, servers)} - at `{where}.{step.name}`")


def _check_tls(
    document: YamlDocument, where: str, tls: Tls | None, servers: tuple[str, ...]
) -> None:
    """The same holds for a certificate."""
    named = set(tls) if isinstance(tls, dict) else set()
    for name in sorted(named - set(servers)):
        raise document.blamed(f"{_stranger(name, servers)} - at `{where}.{name}`")


def _stranger(name: str, servers: tuple[str, ...]) -> str:
    known = ", ".join(servers)
    return f"expected a server of this scenario ({known}), got {name!r}"


def find_case_files(folder: Path) -> list[Path]:
    """
    Return all case files below *folder*, in order.

    Raises:
        BadInput: There are none.
    """
    found = sorted(path for path in folder.rglob("*.yaml"))
    if not found:
        raise BadInput(f"{folder}: expected scenarios (*.yaml) below it, found none")
    return found
