"""``dlscheck inspect``: captures, judged by the same rules."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from harness.capture.inspection import Inspection
from harness.capture.told import read_told
from harness.cli.collector import collect_rarely
from harness.cli.options import (
    AllowIncompleteOption,
    BaselineOption,
    GenerationName,
    JsonOption,
    OutOption,
    QuietOption,
    RequirementsOption,
    RequireOption,
    StrictOption,
    VerboseOption,
)
from harness.cli.output import level_of, page_of, show
from harness.documents.bad_input import BadInput
from harness.domain.exit_code import OK, VIOLATED
from harness.suite.demands import Demands
from harness.suite.inspecting import Question, compare_captures, inspect_captures
from reports.lost import render_lost

CapturesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="CAPTURE...", help="HAR, mitmproxy file, recording; - is stdin."
    ),
]
ProfileOption = Annotated[
    str, typer.Option(help="open-json, dynamsoft, opaque, auto, or a profile's file.")
]
ExpectOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE", help="What the SDK was told, or which device it is."
    ),
]
SessionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="When the SDK was started and stopped.")
]
JudgedByOption = Annotated[
    GenerationName | None, typer.Option(help="Judge by this generation.")
]
RedactOption = Annotated[
    bool, typer.Option("--redact", help="Pseudonyms in place of secrets, everywhere.")
]
ExportOption = Annotated[
    Path | None,
    typer.Option(help="Write it again: .har with verdicts, .yaml as a scenario."),
]
PartitionsOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="Write the recording in N parts, by client UUID."),
]
DiffOption = Annotated[
    bool, typer.Option("--diff", help="Only tell how two captures differ.")
]


def inspect(
    captures: CapturesArgument,
    profile: ProfileOption = "auto",
    generation: JudgedByOption = None,
    expect: ExpectOption = None,
    sessions: SessionsOption = None,
    out: OutOption = None,
    partitions: PartitionsOption = None,
    redact: RedactOption = False,
    export: ExportOption = None,
    diff: DiffOption = False,
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    require: RequireOption = None,
    baseline: BaselineOption = None,
    requirements: RequirementsOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge captured traffic: what a proxy, a browser or we ourselves recorded."""
    if partitions is not None and not out:
        raise BadInput("--partitions: say with --out where the parts go")
    level = level_of(quiet=quiet, verbose=verbose)
    collect_rarely()
    began = datetime.now(UTC)  # noqa: TID251 - wall time of the inspection
    question = Question(
        profile=profile,
        generation=generation.value if generation else None,
        told=read_told(expect or (), sessions),
        is_redacted=redact,
        out=out,
        partitions=partitions,
    )
    if diff:
        lines = compare_captures(captures, question)
        print("\n".join(lines) if lines else "both say the same")
        raise typer.Exit(VIOLATED if lines else OK)
    asked = tuple(require or ())
    demands = Demands(strict, allow_incomplete, asked, baseline, requirements)
    results, inspections = inspect_captures(captures, question, began, demands.gate())
    for inspection in inspections:
        for note in inspection.findings.notes:
            print(f"{inspection.name}: {note}", file=sys.stderr)
    if export:
        _export(captures, question, inspections, export)
    show(results, as_json, page_of(results, out), level=level)
    if not as_json:
        print(render_lost(results.rules))
    raise typer.Exit(results.exit)


def _export(
    captures: list[str], question: Question, inspections: list[Inspection], target: Path
) -> None:
    if len(captures) != 1:
        raise BadInput(f"--export {target}: expected one capture, got {len(captures)}")
    # Loaded for this alone: what writes scenarios knows all that a mock can do.
    from harness.suite.export import export_capture

    export_capture(captures[0], question, inspections[0], target)
