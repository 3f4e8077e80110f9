"""``dlscheck run``: the conformance suite against one SDK."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.keyword import check_keyword
from harness.cli.options import (
    AllowIncompleteOption,
    BaselineOption,
    BundleOption,
    BundleRedactOption,
    ClockOption,
    GenerationOption,
    JsonOption,
    QuietOption,
    RequirementsOption,
    RequireOption,
    SdkArgument,
    StrictOption,
    VerboseOption,
)
from harness.cli.output import level_of, page_of, show
from harness.suite.demands import Demands
from harness.suite.places import PROPERTY_EXAMPLES
from harness.suite.shard import parse_shard

FolderOption = Annotated[Path, typer.Option(help="Folder for results and recordings.")]
KeywordOption = Annotated[
    str | None, typer.Option("-k", metavar="EXPR", help="Only cases that match.")
]
ProcessesOption = Annotated[
    int | None,
    typer.Option("-n", min=1, metavar="N", help="Processes; default: one a core."),
]
SeedOption = Annotated[int | None, typer.Option(help="Seed of generated scenarios.")]
ExamplesOption = Annotated[
    int, typer.Option(min=0, help="Generated stories for each property; 0: none.")
]
ShardOption = Annotated[
    str | None,
    typer.Option(metavar="I/N", help="Play just this part of the suite: 1/4 to 4/4."),
]
SweepOption = Annotated[
    str | None,
    typer.Option(metavar="SCENARIO", help="Strike one scenario with every fault."),
]


def run(
    sdk: SdkArgument,
    out: FolderOption = Path("dlscheck-out"),
    generation: GenerationOption = None,
    clock: ClockOption = None,
    keyword: KeywordOption = None,
    processes: ProcessesOption = None,
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    require: RequireOption = None,
    baseline: BaselineOption = None,
    requirements: RequirementsOption = None,
    seed: SeedOption = None,
    property_examples: ExamplesOption = PROPERTY_EXAMPLES,
    shard: ShardOption = None,
    sweep: SweepOption = None,
    bundle: BundleOption = False,
    bundle_redact: BundleRedactOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run the conformance suite against one SDK."""
    level = level_of(quiet=quiet, verbose=verbose)
    check_keyword(keyword)
    part = parse_shard(shard) if shard is not None else None
    asked = generation.value if generation else None
    required = tuple(require or ())
    demands = Demands(strict, allow_incomplete, required, baseline, requirements)
    # What plays a suite takes longer to load than a page of help may take to appear.
    from harness.cli.suite_run import SuiteRun, clear
    from harness.cli.sweep import run_sweep
    from harness.suite.stage import set_stage

    stage = set_stage(sdk, asked, out, clock=clock, seed=seed, gate=demands.gate())
    clear(out)
    if sweep is not None:
        raise typer.Exit(run_sweep(sweep, stage, as_json))
    results = SuiteRun(
        sdk=sdk,
        out=out,
        generation=asked,
        clock=stage.clock,
        keyword=keyword,
        processes=processes,
        seed=seed,
        property_examples=property_examples,
        demands=demands,
        shard=part,
    ).play(stage, level)
    page = page_of(results, out, sdk, with_bundles=bundle, is_redacted=bundle_redact)
    show(results, as_json, page, level=level, folder=out)
    raise typer.Exit(results.exit)
