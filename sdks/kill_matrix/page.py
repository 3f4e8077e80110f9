"""The matrix as a page of the documentation: the same for every run that finds the same."""

import json
from collections.abc import Iterable

from harness.rules.catalogue import CATALOGUE
from sdks.kill_matrix.matrix import Matrix
from sdks.kill_matrix.specimen import Specimen

_HEAD = """\
# The kill matrix

What the suite detects. Each faulty SDK below is the reference SDK with one defect; it is
caught if the rule that it is made to break condemns it. Each conforming SDK uses a freedom
that the protocol leaves; nothing may condemn it.

`make kill-matrix` plays them all, and fails if

- a faulty SDK survives (a crash of it counts as survival),
- a must rule condemns a faulty SDK for what it does right,
- a conforming SDK is condemned by a must or should rule,
- a must or should rule has no faulty SDK that shows it can fail, or
- this page says something else; `make kill-matrix WRITE=--write` writes it anew.
"""


def render_page(matrix: Matrix) -> str:
    """Render the whole page, in Markdown."""
    return "\n".join(
        [
            _HEAD,
            *_figures(matrix),
            "",
            *_rules(matrix),
            "",
            *_faulty(matrix),
            "",
            *_conforming(matrix),
            "",
        ]
    )


def render_killers(matrix: Matrix) -> str:
    """Render what `dlscheck explain` tells of each rule, in JSON."""
    killers = {
        rule.id: {
            trial.specimen.name: trial.specimen.summary
            for trial in matrix.killed
            if trial.specimen.breaks[0] == rule.id
        }
        for rule in CATALOGUE
    }
    return json.dumps(killers, indent=1) + "\n"


def figures(matrix: Matrix) -> list[tuple[str, str]]:
    """Return what the run comes to: a label and a figure each."""
    faulty = {trial.specimen.name for trial in matrix.of_kind("faulty")}
    survivors = {trial.specimen.name for trial in matrix.survivors}
    subtle = {x.specimen.name for x in matrix.of_kind("faulty") if x.specimen.condition}
    conforming = {trial.specimen.name for trial in matrix.of_kind("conforming")}
    condemned = {trial.specimen.name for trial in matrix.false_alarms}
    alone = [rule.id for rule in CATALOGUE if matrix.alone(rule.id)]
    return [
        ("faulty SDKs caught", f"{len(faulty - survivors)} of {len(faulty)}"),
        ("of these subtle", f"{len(subtle - survivors)} of {len(subtle)}"),
        ("conforming SDKs condemned", f"{len(condemned)} of {len(conforming)}"),
        ("must and should rules without a killer", str(len(matrix.without_killer))),
        ("rules that alone condemn some SDK", f"{len(alone)} of {len(CATALOGUE)}"),
    ]


def _figures(matrix: Matrix) -> list[str]:
    rows = [f"| {label} | {figure} |" for label, figure in figures(matrix)]
    return ["| | |", "| --- | --: |", *rows]


def _rules(matrix: Matrix) -> list[str]:
    head = ["## By rule", "", "Those in bold are condemned by that rule alone.", ""]
    table = ["| rule | faulty SDKs that it catches |", "| --- | --- |"]
    rows = (f"| `{rule.id}` | {_killers(matrix, rule.id)} |" for rule in CATALOGUE)
    return [*head, *table, *rows]


def _killers(matrix: Matrix, rule: str) -> str:
    meant = [x.specimen.name for x in matrix.killed if x.specimen.breaks[0] == rule]
    alone = {trial.specimen.name for trial in matrix.alone(rule)}
    names = (f"**{name}**" if name in alone else name for name in dict.fromkeys(meant))
    return ", ".join(names)


def _faulty(matrix: Matrix) -> list[str]:
    table = [
        "## Faulty SDKs",
        "",
        "| SDK | what is wrong | shows | breaks | and, unavoidably |",
        "| --- | --- | --- | --- | --- |",
    ]
    return [*table, *(_faulty_row(one) for one in _specimens(matrix, "faulty"))]


def _faulty_row(one: Specimen) -> str:
    first, *rest = (f"`{rule}`" for rule in one.breaks)
    shown = one.condition or "mostly"
    return f"| {one.name} | {one.summary} | {shown} | {first} | {', '.join(rest)} |"


def _conforming(matrix: Matrix) -> list[str]:
    table = [
        "## Conforming SDKs",
        "",
        "| SDK | freedom | played in |",
        "| --- | --- | --- |",
    ]
    rows = (
        f"| {one.name} | {one.summary} | {' and '.join(one.generations).upper()} |"
        for one in _specimens(matrix, "conforming")
    )
    return [*table, *rows]


def _specimens(matrix: Matrix, kind: str) -> Iterable[Specimen]:
    return dict.fromkeys(trial.specimen for trial in matrix.of_kind(kind))
