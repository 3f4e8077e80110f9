"""``dlscheck judge``: stored recordings, judged again without any SDK."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import (
    AllowIncompleteOption,
    BaselineOption,
    JsonOption,
    RequireOption,
    StrictOption,
)
from harness.cli.output import show
from harness.suite.demands import Demands
from harness.suite.publication import publish
from harness.suite.retrial import judge_recordings


def judge(
    recordings: Annotated[
        list[Path], typer.Argument(metavar="RECORDING...", help="Recordings (JSONL).")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write results into this folder.")
    ] = None,
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    require: RequireOption = None,
    baseline: BaselineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge stored recordings again, without any SDK."""
    began = datetime.now(UTC)  # noqa: TID251 - wall time of the judging
    demands = Demands(strict, allow_incomplete, tuple(require or ()), baseline)
    results = judge_recordings(recordings, began, demands.gate())
    page = publish(results, out) if out else None
    show(results, as_json, page)
    raise typer.Exit(results.exit)
