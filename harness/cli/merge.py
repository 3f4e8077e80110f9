"""``dlscheck merge``: the shards of one run, put together."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import (
    AllowIncompleteOption,
    BaselineOption,
    BundleOption,
    BundleRedactOption,
    JsonOption,
    QuietOption,
    RequirementsOption,
    RequireOption,
    StrictOption,
    VerboseOption,
)
from harness.cli.output import level_of, page_of, show
from harness.cli.results_file import load_results
from harness.documents.bad_input import BadInput
from harness.suite.demands import Demands
from harness.suite.merging import ShardRun, bring_files
from harness.suite.merging import merge as merged


def merge(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders of all shards.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for results and recordings.")] = Path(
        "dlscheck-out"
    ),
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    require: RequireOption = None,
    baseline: BaselineOption = None,
    requirements: RequirementsOption = None,
    bundle: BundleOption = False,
    bundle_redact: BundleRedactOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put the shards of one run together: the results of the whole suite."""
    level = level_of(quiet=quiet, verbose=verbose)
    demands = Demands(
        strict, allow_incomplete, tuple(require or ()), baseline, requirements
    )
    shards = [_loaded(path) for path in runs]
    results = merged(shards, demands.gate())
    if results.excused and baseline is None:
        raise BadInput(
            "the shards were run with known failures: name the list here as well, with "
            "--baseline FILE"
        )
    bring_files(shards, out)
    page = page_of(results, out, with_bundles=bundle, is_redacted=bundle_redact)
    show(results, as_json, page, level=level, folder=out)
    raise typer.Exit(results.exit)


def _loaded(path: Path) -> ShardRun:
    results = load_results(path)
    return ShardRun(path if path.is_dir() else path.parent, results)
