"""``dlscheck rules`` and ``dlscheck explain``: the catalogue, from the code."""

import inspect
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from harness.cli.output import show_json
from harness.documents.bad_input import BadInput, unknown_name
from harness.domain.generation import GENERATIONS
from harness.domain.verdict import Severity
from harness.rules.catalogue import CATALOGUE, RULES_BY_ID
from harness.rules.rule import Rule
from harness.rules.text import text_of

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def rules(as_json: AsJson = False) -> None:
    """List all rules, each with what must hold."""
    if as_json:
        show_json([_entry(rule) for rule in CATALOGUE])
        return
    for rule in CATALOGUE:
        statement = inspect.getdoc(rule) or ""
        typer.echo(f"{rule.id:<40} {_severities(rule):<12} {statement.splitlines()[0]}")


def explain(
    rule: Annotated[
        str,
        typer.Argument(
            metavar="RULE", help="Its id.", autocompletion=lambda: list(RULES_BY_ID)
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Tell all about one rule: text, evidence, scenarios, what shows that it can fail."""
    found = RULES_BY_ID.get(rule)
    if found is None:
        raise BadInput(unknown_name("rule", rule, RULES_BY_ID))
    scenarios, killers = _scenarios(rule), _killers(rule)
    if as_json:
        show_json({**_entry(found), "scenarios": scenarios, "faultySdks": killers})
        return
    for line in _told(found, scenarios, killers):
        typer.echo(line)


def _told(rule: type[Rule], scenarios: list[str], killers: dict[str, str]) -> Iterator[str]:
    yield f"{rule.id} ({_severities(rule)})\n"
    yield inspect.getdoc(rule) or ""
    yield f"\nEvidence: {', '.join(sorted(rule.evidence))}."
    if rule.capability:
        yield f"Applies to SDKs with the capability {rule.capability}."
    yield f"\nScenarios that exercise it ({len(scenarios)}):"
    yield from (f"  {name}" for name in scenarios)
    yield f"\nFaulty SDKs that show it can fail ({len(killers)}):"
    yield from (f"  {name}: {summary}" for name, summary in killers.items())


def _entry(rule: type[Rule]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "severity": {name: str(severity) for name, severity in _by_generation(rule)},
        "capability": rule.capability,
        "evidence": sorted(rule.evidence),
        **text_of(rule)._asdict(),
    }


def _scenarios(rule: str) -> list[str]:
    # Imported for this alone: the list of rules is to be quick.
    from harness.scenario.case_file import find_case_files, load_cases
    from harness.suite.places import CASES

    ids = frozenset(RULES_BY_ID)
    cases = [c for file in find_case_files(CASES) for c in load_cases(file, CASES, ids)]
    return [case.id for case in cases if rule in case.scenario.exercises]


def _killers(rule: str) -> dict[str, str]:
    from harness.suite.killers import load_killers

    return load_killers().get(rule, {})


def _by_generation(rule: type[Rule]) -> Iterator[tuple[str, Severity]]:
    for name, generation in GENERATIONS.items():
        if generation in rule.generations:
            yield name, rule.severity_in(generation)


def _severities(rule: type[Rule]) -> str:
    """Write how binding it is, and where: ``must``, ``must DLS``, ``may LTS, must DLS``."""
    told = dict(_by_generation(rule))
    if len(told) == len(GENERATIONS) and len(set(told.values())) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{severity} {name.upper()}" for name, severity in told.items())
