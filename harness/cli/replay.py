"""``dlscheck replay``: one stored story, played again and told event by event."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from harness.cli.options import GenerationOption, JsonOption, SdkArgument, StrictOption
from harness.cli.output import show
from harness.domain.results import Results
from harness.suite.gate import Gate
from reports.level import Level


def replay(
    story: Annotated[
        Path, typer.Argument(metavar="COUNTEREXAMPLE.yaml", help="A file of scenarios.")
    ],
    sdk: SdkArgument,
    out: Annotated[
        Path | None, typer.Option(help="Keep results and recordings in this folder.")
    ] = None,
    generation: GenerationOption = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Play a stored scenario with an SDK: its timeline, and what the rules say of it."""
    # What plays a story takes longer to load than a page of help may take to appear.
    from harness.suite.publication import publish
    from harness.suite.replay import generation_of, load_story
    from harness.suite.replay import replay as played
    from harness.suite.run_results import results_of_run
    from harness.suite.stage import set_stage

    began = datetime.now(UTC)  # noqa: TID251 - wall time of the replay
    cases = load_story(story)
    asked = generation or generation_of(cases)
    # A single story leaves most rules alone, and is none the worse for it.
    gate = Gate(strict=strict, allow_incomplete=True)
    stage = set_stage(sdk, asked, out or Path(), gate=gate)
    reports = []
    for report, timeline in played(cases, stage, keep=out is not None):
        reports.append(report)
        if not as_json:
            print(f"{timeline}\n")
    results = results_of_run(stage, reports, began)
    page = publish(results, out, sdk) if out else None
    show(
        results if as_json else _without_silence(results),
        as_json,
        page,
        level=Level.VERBOSE,
    )
    raise typer.Exit(results.exit)


def _without_silence(results: Results) -> Results:
    """Leave out the rules that have nothing to say of these cases."""
    rules = tuple(rule for rule in results.rules if rule.exposures or rule.findings)
    return msgspec.structs.replace(results, rules=rules)
