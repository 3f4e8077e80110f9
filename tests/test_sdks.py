"""
The sound SDKs that come with us play the whole suite, and no rule condemns them.

What becomes of unsound ones is told by the kill matrix (`sdks/kill_matrix`).
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.domain.results import RuleResult
from harness.domain.verdict import Severity
from harness.drivers.pool import DriverPool
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.suite.performance import perform
from harness.suite.stage import Stage, set_stage
from harness.suite.tally import CaseReport, sum_up_rules

ROOT = Path(__file__).parents[1]
CASES = [
    case
    for path in find_case_files(ROOT / "cases")
    for case in load_cases(path, ROOT / "cases", frozenset(RULES_BY_ID))
]


def play(
    sdk: Path, generation: str, out: Path, cases: Iterable[Case] = CASES
) -> list[CaseReport]:
    """Play *cases*, mostly the whole suite, with one SDK."""
    return asyncio.run(_play(set_stage(sdk, generation, out), cases))


async def _play(stage: Stage, cases: Iterable[Case]) -> list[CaseReport]:
    drivers = DriverPool(stage.sdk_file, stage.generation)
    try:
        return [await perform(case, stage, drivers) for case in cases]
    finally:
        await drivers.close()


def violated(reports: list[CaseReport], severity: Severity) -> dict[str, RuleResult]:
    rules = sum_up_rules(reports)
    return {r.id: r for r in rules if r.findings and r.severity is severity}


def faults(reports: list[CaseReport]) -> list[str | None]:
    return [r.case.reason for r in reports if r.case.outcome.endswith("-fault")]


@pytest.mark.parametrize("generation", ["lts", "dls"])
@pytest.mark.parametrize("sdk", ["node", "reference"])
def test_sound_sdks_conform(sdk: str, generation: str, tmp_path: Path) -> None:
    """Our two SDKs break no rule, leave none open, and each case exercises what it says."""
    reports = play(ROOT / f"sdks/{sdk}/sdk.yaml", generation, tmp_path)
    applying = [r for r in sum_up_rules(reports) if r.verdict != "not-applicable"]
    assert not [rule.id for rule in applying if not rule.exposures]
    assert not faults(reports)
    assert not violated(reports, Severity.MUST)
    assert not violated(reports, Severity.SHOULD)
    for case, report in zip(CASES, reports, strict=True):
        applicable = {r.id for r in report.rules if r.verdict != "not-applicable"}
        wanted = set(case.scenario.exercises) & applicable
        assert wanted <= set(report.case.exercised), case.id


def test_the_reference_sdk_meets_every_rule() -> None:
    """It has every capability that a rule asks for: with it no rule can stay unseen."""
    claimed = set.intersection(*map(_capabilities, ("lts", "dls")))
    wanted = {rule.capability for rule in RULES_BY_ID.values() if rule.capability}
    assert wanted <= claimed


def _capabilities(generation: str) -> set[str]:
    stage = set_stage(ROOT / "sdks/reference/sdk.yaml", generation, Path())
    return set(stage.description.capabilities)


@pytest.mark.parametrize("family", sorted({case.id.partition("/")[0] for case in CASES}))
def test_sdk_of_another_kind_conforms(family: str, tmp_path: Path) -> None:
    """
    An SDK without any capability, which does most things in another way, conforms.

    It is moved on second by second, which is slow: it plays one case of each file.
    """
    cases = {case.path: case for case in CASES if case.id.startswith(f"{family}/")}
    reports = play(ROOT / "tests/sdks/plain.yaml", "dls", tmp_path, cases.values())
    assert not faults(reports)
    assert not violated(reports, Severity.MUST)
    assert not violated(reports, Severity.SHOULD)


def test_every_case_has_a_recording_of_its_own() -> None:
    """No two ids give one name of a recording."""
    names = [case.id.replace("/", "-") for case in CASES]
    assert len(names) == len(set(names))
