"""The results of many cases as one value."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from harness.domain.recording import Sdk
from harness.domain.results import SCHEMA, Results, totals_of
from harness.suite.stage import Stage
from harness.suite.tally import CaseReport, exit_code, sum_up_ledgers, sum_up_rules


def results_of_run(
    stage: Stage,
    reports: Iterable[CaseReport],
    began: datetime,
    *,
    allow_incomplete: bool = False,
) -> Results:
    """Sum up a run of the suite that *began* then and ends now."""
    return sum_up(
        "run",
        stage.sdk,
        stage.description.clock,
        stage.seed,
        sorted(reports, key=lambda report: report.case.id),
        began,
        strict=stage.strict,
        allow_incomplete=allow_incomplete,
    )


def sum_up(
    source: str,
    sdk: Sdk,
    clock: str,
    seed: int | None,
    reports: Sequence[CaseReport],
    began: datetime,
    *,
    strict: bool,
    allow_incomplete: bool,
) -> Results:
    """Sum up *reports*, whatever they come from."""
    rules = sum_up_rules(reports)
    cases = tuple(report.case for report in reports)
    wall = datetime.now(UTC) - began  # noqa: TID251 - wall time of the run
    return Results(
        schema=SCHEMA,
        dlscheck=version("dlscheck"),
        source=source,
        sdk=sdk,
        clock=clock,
        seed=seed,
        started=began,
        wall_seconds=round(wall.total_seconds(), 3),
        virtual_seconds=sum(case.virtual_seconds for case in cases),
        rules=rules,
        cases=cases,
        ledger=sum_up_ledgers(reports),
        totals=totals_of(rules, len(cases)),
        exit=exit_code(rules, cases, strict=strict, allow_incomplete=allow_incomplete),
    )
