"""``dlscheck rules`` and ``dlscheck explain``: the catalogue, from the code."""

import inspect
from typing import Annotated

import typer

from harness.documents.bad_input import BadInput, unknown_name
from harness.domain.generation import GENERATIONS
from harness.rules.catalogue import CATALOGUE, RULES_BY_ID
from harness.rules.rule import Rule


def rules() -> None:
    """List all rules, each with what must hold."""
    for rule in CATALOGUE:
        statement = inspect.getdoc(rule) or ""
        typer.echo(f"{rule.id:<40} {_severities(rule):<12} {statement.splitlines()[0]}")


def explain(rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id.")]) -> None:
    """Tell all about one rule: text, source, evidence, when it is violated."""
    found = RULES_BY_ID.get(rule)
    if found is None:
        raise BadInput(unknown_name("rule", rule, RULES_BY_ID))
    typer.echo(f"{found.id} ({_severities(found)})\n")
    typer.echo(inspect.getdoc(found))
    typer.echo(f"\nEvidence: {', '.join(sorted(found.evidence))}.")
    if found.capability:
        typer.echo(f"Applies to SDKs with the capability {found.capability}.")


def _severities(rule: type[Rule]) -> str:
    """Write how binding it is, and where: ``must``, ``must DLS``, ``may LTS, must DLS``."""
    told = {
        name: rule.severity_in(generation)
        for name, generation in GENERATIONS.items()
        if generation in rule.generations
    }
    if len(told) == len(GENERATIONS) and len(set(told.values())) == 1:
        return next(iter(told.values()))
    return ", ".join(f"{severity} {name.upper()}" for name, severity in told.items())
