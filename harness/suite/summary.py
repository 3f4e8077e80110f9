"""The results of many cases as one value."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from harness.domain.recording import Sdk
from harness.domain.results import SCHEMA, Results, StaleEntry, totals_of
from harness.suite.baseline import Baseline
from harness.suite.gate import Gate
from harness.suite.shard import Shard
from harness.suite.tally import CaseReport, exit_code, sum_up_ledgers, sum_up_rules


def sum_up(
    source: str,
    sdk: Sdk,
    clock: str,
    seed: int | None,
    reports: Sequence[CaseReport],
    began: datetime,
    *,
    gate: Gate,
    is_whole: bool = False,
    partial: str | None = None,
    shard: Shard | None = None,
) -> Results:
    """Sum up *reports*, whatever they come from."""
    now = datetime.now(UTC)  # noqa: TID251 - wall time of the run, and today
    weighed = gate.weigh(sum_up_rules(reports), sdk.generation)
    rules = gate.excuse(weighed, sdk.generation)
    cases = tuple(report.case for report in reports)
    stale: tuple[StaleEntry, ...] = ()
    if shard is None:
        stale = (gate.baseline or Baseline()).stale(
            rules, cases, sdk.generation, now.date(), is_whole=is_whole
        )
    return Results(
        schema=SCHEMA,
        dlscheck=version("dlscheck"),
        source=source,
        sdk=sdk,
        clock=clock,
        seed=seed,
        started=began,
        wall_seconds=round((now - began).total_seconds(), 3),
        virtual_seconds=sum(case.virtual_seconds for case in cases),
        rules=rules,
        cases=cases,
        ledger=sum_up_ledgers(reports),
        totals=totals_of(rules, len(cases)),
        exit=exit_code(
            rules,
            cases,
            gate,
            stale,
            is_partial=partial is not None,
            is_shard=shard is not None,
        ),
        requirements=gate.revision,
        stale=stale,
        partial=partial,
        shard=str(shard) if shard else None,
        whole=is_whole,
    )
