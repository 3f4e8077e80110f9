"""The results of a run of the suite: of cases that were played on a stage."""

from collections.abc import Iterable
from datetime import datetime

from harness.domain.results import Results
from harness.suite.gate import Gate
from harness.suite.shard import Shard
from harness.suite.stage import Stage
from harness.suite.summary import sum_up
from harness.suite.tally import CaseReport


def results_of_run(
    stage: Stage,
    reports: Iterable[CaseReport],
    began: datetime,
    *,
    gate: Gate | None = None,
    is_whole: bool = False,
    partial: str | None = None,
    shard: Shard | None = None,
) -> Results:
    """
    Sum up a run of the suite that *began* then and ends now.

    *gate* is the one of the stage, unless another one is given; *is_whole* says that all
    cases were played, *partial* why some that should have been were not. What a *shard*
    leaves open is judged when all shards are merged.
    """
    return sum_up(
        "run",
        stage.sdk,
        stage.description.clock,
        stage.seed,
        sorted(reports, key=lambda report: report.case.id),
        began,
        gate=gate or stage.gate,
        is_whole=is_whole,
        partial=partial,
        shard=shard,
    )
