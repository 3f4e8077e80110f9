"""
The proof that the suite catches what it claims to catch, and nothing else.

Every SDK that comes with us plays the whole suite in a process of its own: sound ones
are condemned by no rule, each faulty one by the rule that it breaks and by no other
must rule.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.domain.results import RuleResult
from harness.domain.verdict import Severity
from harness.drivers.pool import DriverPool
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.suite.performance import perform
from harness.suite.stage import set_stage
from harness.suite.tally import CaseReport, sum_up_rules

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "sdks/reference"
CASES = [
    case
    for path in find_case_files(ROOT / "cases")
    for case in load_cases(path, ROOT / "cases", frozenset(RULES_BY_ID))
]

#: Where the mistake itself is that nobody has said who he is.
WITHOUT_UUID = ("auth/carries-client-uuid", "auth/requested-at-start")

sys.path.insert(0, str(REFERENCE))
from conforming import VARIANTS as CONFORMING  # noqa: E402
from faulty import VARIANTS as FAULTY  # noqa: E402


def _generations(variant: Any) -> str:
    return "dls" if "dls" in variant.generations else "lts"


def _faulty(severity: Severity) -> Iterator[Any]:
    for name, variant in FAULTY.items():
        rule = RULES_BY_ID.get(variant.breaks[0])
        if rule and severity in {rule.severity_in(g) for g in rule.generations}:
            yield pytest.param(name, _generations(variant), id=name)


def _conforming() -> Iterator[Any]:
    for name, variant in CONFORMING.items():
        for generation in variant.generations:
            yield pytest.param(name, generation, id=f"{name}-{generation}")


def play(sdk: Path, generation: str, out: Path) -> list[CaseReport]:
    """Play the whole suite with one SDK, but for what takes longest and adds nothing."""
    stage = set_stage(sdk, generation, out)
    needs_volume = sdk.stem == "keeps-1000-reports"
    cases = [case for case in CASES if needs_volume or case.id != "retention/volume"]
    return asyncio.run(_play(stage, cases))


async def _play(stage: Any, cases: list[Case]) -> list[CaseReport]:
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
    """Our two SDKs break no rule, and each case exercises what it says."""
    reports = play(ROOT / f"sdks/{sdk}/sdk.yaml", generation, tmp_path)
    assert not faults(reports)
    assert not violated(reports, Severity.MUST)
    assert not violated(reports, Severity.SHOULD)
    for case, report in zip(
        [case for case in CASES if case.id != "retention/volume"], reports, strict=True
    ):
        applicable = {r.id for r in report.rules if r.verdict != "not-applicable"}
        wanted = set(case.scenario.exercises) & applicable
        assert wanted <= set(report.case.exercised), case.id


def test_sdk_of_another_kind_conforms(tmp_path: Path) -> None:
    """An SDK without any capability, which does most things in another way, conforms."""
    reports = play(ROOT / "tests/sdks/plain.yaml", "dls", tmp_path)
    rules = sum_up_rules(reports)
    open_rules = [r.id for r in rules if r.severity == "must" and not r.exposures]
    judged = {r.id for r in rules if r.verdict != "not-applicable"}
    assert not faults(reports)
    assert not violated(reports, Severity.MUST)
    assert not violated(reports, Severity.SHOULD)
    assert not judged.intersection(open_rules)


def test_every_case_has_a_recording_of_its_own() -> None:
    """No two ids give one name of a recording."""
    names = [case.id.replace("/", "-") for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "generation"), list(_conforming()))
def test_freedoms_are_left_alone(name: str, generation: str, tmp_path: Path) -> None:
    """A variant that uses a freedom breaks neither a must nor a should rule."""
    reports = play(REFERENCE / f"conforming/{name}.yaml", generation, tmp_path)
    assert not faults(reports)
    assert not violated(reports, Severity.MUST)
    assert not violated(reports, Severity.SHOULD)


@pytest.mark.parametrize(("name", "generation"), list(_faulty(Severity.MUST)))
def test_defects_are_named(name: str, generation: str, tmp_path: Path) -> None:
    """A defect is condemned by the must rule that it breaks, and by no other."""
    reports = play(REFERENCE / f"faulty/{name}.yaml", generation, tmp_path)
    rule, *unavoidable = FAULTY[name].breaks
    found = violated(reports, Severity.MUST)
    assert not faults(reports)
    assert rule in found
    assert set(found) <= {rule, *unavoidable}
    finding = found[rule].findings[0]
    assert len(finding.entries) >= 2
    assert finding.at is not None
    assert finding.client_uuid or rule in WITHOUT_UUID


@pytest.mark.parametrize(("name", "generation"), list(_faulty(Severity.SHOULD)))
def test_weaker_defects_are_named(name: str, generation: str, tmp_path: Path) -> None:
    """A defect against a should rule is named by that rule."""
    reports = play(REFERENCE / f"faulty/{name}.yaml", generation, tmp_path)
    rule, *unavoidable = FAULTY[name].breaks
    assert not faults(reports)
    assert rule in violated(reports, Severity.SHOULD)
    assert set(violated(reports, Severity.MUST)) <= set(unavoidable)
