"""``dlscheck judge``: stored recordings, judged again without any SDK."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.collector import collect_never
from harness.cli.options import (
    AllowIncompleteOption,
    BaselineOption,
    BundleOption,
    BundleRedactOption,
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
from harness.suite.demands import Demands
from harness.suite.engine import Engine, dask, local
from harness.suite.retrial import judge_recordings


class EngineName(StrEnum):
    """Where recordings are judged."""

    LOCAL = "local"
    DASK = "dask"


EngineOption = Annotated[
    EngineName, typer.Option(help="Where: in this process, or by the workers of dask.")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Of dask; default: processes on this machine."),
]


def judge(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDING...", help="Recordings, folders of parts, or bundles."
        ),
    ],
    out: OutOption = None,
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    require: RequireOption = None,
    baseline: BaselineOption = None,
    requirements: RequirementsOption = None,
    bundle: BundleOption = False,
    bundle_redact: BundleRedactOption = False,
    engine: EngineOption = EngineName.LOCAL,
    scheduler: SchedulerOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge stored recordings again, without any SDK."""
    if (bundle or bundle_redact) and not out:
        raise BadInput("--bundle: say with --out where the bundles go")
    level = level_of(quiet=quiet, verbose=verbose)
    collect_never()
    began = datetime.now(UTC)  # noqa: TID251 - wall time of the judging
    demands = Demands(
        strict, allow_incomplete, tuple(require or ()), baseline, requirements
    )
    results = judge_recordings(
        recordings, began, demands.gate(), _engine(engine, scheduler)
    )
    page = page_of(results, out, with_bundles=bundle, is_redacted=bundle_redact)
    show(results, as_json, page, level=level)
    raise typer.Exit(results.exit)


def _engine(name: EngineName, scheduler: str | None) -> Engine:
    if name is EngineName.DASK:
        return dask(scheduler)
    if scheduler is not None:
        raise BadInput(f"--scheduler {scheduler}: expected --engine dask as well")
    return local
