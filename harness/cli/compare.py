"""``dlscheck compare``: several runs side by side."""

import os
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from harness.cli.options import JsonOption, StrictOption
from harness.cli.output import show_json
from harness.cli.results_file import load_results
from harness.documents.bad_input import BadInput, unwritable
from harness.domain.exit_code import INCOMPLETE, OK, VIOLATED
from harness.suite.tally import is_binding
from reports.comparison import CHANGES, Run, Step, name_of, steps_of
from reports.plain import printable

_OUT = Path("dlscheck-out/compare.html")


class FailOn(StrEnum):
    """What must not become of a rule that binds."""

    NEVER = "never"
    WORSE = "worse"
    UNOBSERVED = "unobserved"


FailOnOption = Annotated[
    FailOn,
    typer.Option(help="Exit code 1 if a must rule got worse; 3 if one went unobserved."),
]


def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders or results.json.")
    ],
    out: Annotated[Path, typer.Option(help="The page.")] = _OUT,
    fail_on: FailOnOption = FailOn.NEVER,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put several runs side by side: a matrix, and what changed from one to the next."""
    if len(runs) < 2:
        raise BadInput(f"expected two runs or more, got {runs[0]} alone")
    loaded = _loaded(runs, out)
    steps = steps_of(loaded)
    # Not for a page of help: what makes a page of runs takes its time to load.
    from reports.page.render import render_comparison

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render_comparison(loaded, steps), encoding="utf-8")
    except OSError as error:
        raise unwritable(out, error, "--out") from error
    if as_json:
        show_json([_as_json(step) for step in steps])
    else:
        for step in steps:
            _tell(step)
        print(f"comparison: {out}")
    raise typer.Exit(_exit_code(steps, fail_on, strict=strict))


def _exit_code(steps: Sequence[Step], fail_on: FailOn, *, strict: bool) -> int:
    """Return 1 if a rule that binds got worse, 3 if one is not observed any more."""
    kinds = {
        change.kind
        for step in steps
        for change in step.changes
        if is_binding(change.before, strict) or is_binding(change.after, strict)
    }
    if "worse" in kinds and fail_on is not FailOn.NEVER:
        return VIOLATED
    if "unobserved" in kinds and fail_on is FailOn.UNOBSERVED:
        return INCOMPLETE
    return OK


def _loaded(paths: Sequence[Path], out: Path) -> list[Run]:
    """Read the runs; where two would be called the same, they are numbered."""
    loaded = [load_results(path) for path in paths]
    names = [name_of(results.sdk) for results in loaded]
    total, seen = Counter(names), Counter[str]()
    runs = []
    for path, results, name in zip(paths, loaded, names, strict=True):
        seen[name] += 1
        told = f"{name} ({seen[name]})" if total[name] > 1 else name
        runs.append(Run(told, results, _page(path, out)))
    return runs


def _page(path: Path, out: Path) -> str | None:
    """Return where the page of a run is, seen from the page that is written."""
    page = (path if path.is_dir() else path.parent) / "report.html"
    return os.path.relpath(page, out.parent) if page.is_file() else None


def _tell(step: Step) -> None:
    print(printable(f"{step.before.name} -> {step.after.name}"))
    if not step.changes:
        print("  no rule changed its verdict")
    for change in step.changes:
        verdicts = f"{change.before.verdict} -> {change.after.verdict}"
        print(f"  {change.kind:<11} {change.after.id}: {verdicts}")


def _as_json(step: Step) -> dict[str, object]:
    changes = {kind: [change.after.id for change in step.of(kind)] for kind in CHANGES}
    sdks = (step.before.results.sdk, step.after.results.sdk)
    before, after = map(msgspec.to_builtins, sdks)
    return {"before": before, "after": after, **changes}
