"""One specimen before the suite, in one generation."""

import asyncio
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from harness.domain.results import Finding, RuleResult
from harness.domain.verdict import Severity
from harness.drivers.pool import DriverPool
from harness.drivers.sdk_file import load_sdk_file
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.suite.performance import perform
from harness.suite.places import CASES
from harness.suite.stage import Stage, set_stage
from harness.suite.tally import CaseReport
from sdks.kill_matrix.plan import cases_of, is_dear
from sdks.kill_matrix.specimen import REFERENCE, Specimen

#: Where nobody has said yet, in a request that could be read, who he is.
_ABOUT_NOBODY = (
    "auth/carries-client-uuid",
    "auth/requested-at-start",
    "auth/unreachable-surfaced",
    "failover/standby-when-unreachable",
    "server/keeps-url-prefix",
)
#: What should have happened began somewhere, and went wrong somewhere else.
_WHAT_AND_WHERE = 2


class Trial(NamedTuple):
    """
    What came of it.

    Attributes:
        condemned: The rules that were violated, each with its severity and the first
            case that shows it.
        crashes: What its driver did against the contract: a crash condemns nobody.
        unexplained: Rules with a finding that does not say who, and in which events.
        by_accident: It took a case that does not name the rule meant.
        seconds: How long it took.
    """

    specimen: Specimen
    generation: str
    cases: int
    condemned: dict[str, tuple[Severity, str]]
    crashes: tuple[str, ...]
    unexplained: tuple[str, ...]
    by_accident: bool
    seconds: float

    @property
    def binding(self) -> frozenset[str]:
        """The must and should rules among those violated."""
        return frozenset(
            rule
            for rule, (severity, _) in self.condemned.items()
            if severity is not Severity.MAY
        )


@cache
def load_suite() -> tuple[Case, ...]:
    """Read all scenarios, once in a process."""
    rules = frozenset(RULES_BY_ID)
    files = find_case_files(CASES)
    return tuple(case for file in files for case in load_cases(file, CASES, rules))


def attempt(specimen: Specimen, generation: str, turn: int | None = None) -> Trial:
    """
    Put *specimen* before the suite, or before what it plays in this *turn*.

    A faulty one plays the cases which exercise the rule that it is made to break. Dear
    ones among them, and then all others, only as long as that rule has not condemned it.
    """
    began = time.monotonic()
    meant = set(specimen.breaks[:1])
    suite = cases_of(turn, load_suite())
    first, later = _in_order(suite, meant)
    with tempfile.TemporaryDirectory(prefix="dlscheck-") as folder:
        stage = replace(
            _stage_of_all(generation),
            sdk_file=load_sdk_file(specimen.sdk_file),
            out=Path(folder),
        )
        reports = asyncio.run(_play(stage, first, later, meant))
    condemned = _condemned(reports)
    named = {case.id for case in suite if _names(case, meant)}
    return Trial(
        specimen,
        generation,
        len(reports),
        condemned,
        tuple(f"{r.case.id}: {r.case.reason}" for r in reports if _is_crash(r)),
        tuple(sorted(_unexplained(reports))),
        any(condemned[rule][1] not in named for rule in meant & condemned.keys()),
        time.monotonic() - began,
    )


def _in_order(suite: list[Case], meant: set[str]) -> tuple[list[Case], list[Case]]:
    if not meant:
        return suite, []
    first = [case for case in suite if _names(case, meant) and not is_dear(case)]
    dear = [case for case in suite if _names(case, meant) and is_dear(case)]
    dear.sort(key=lambda case: case.scenario.operations)
    return first, [*dear, *(case for case in suite if not _names(case, meant))]


def _names(case: Case, meant: set[str]) -> bool:
    return bool(meant & set(case.scenario.exercises))


@cache
def _stage_of_all(generation: str) -> Stage:
    """All specimens describe themselves alike: they are asked once in a process."""
    return set_stage(REFERENCE / "sdk.yaml", generation, Path())


async def _play(
    stage: Stage, first: list[Case], later: list[Case], meant: set[str]
) -> list[CaseReport]:
    drivers = DriverPool(stage.sdk_file, stage.generation)
    try:
        reports = [await perform(case, stage, drivers) for case in first]
        for case in later:
            if meant & _condemned(reports).keys():
                break
            reports.append(await perform(case, stage, drivers))
        return reports
    finally:
        await drivers.close()


def _condemned(reports: list[CaseReport]) -> dict[str, tuple[Severity, str]]:
    found: dict[str, tuple[Severity, str]] = {}
    for report in reports:
        for rule in filter(_is_violated, report.rules):
            found.setdefault(rule.id, (rule.severity, report.case.id))
    return found


def _unexplained(reports: list[CaseReport]) -> set[str]:
    return {
        rule.id
        for report in reports
        for rule in report.rules
        for finding in rule.findings
        if not _is_explained(rule.id, finding)
    }


def _is_explained(rule: str, finding: Finding) -> bool:
    says_who = finding.client_uuid or rule in _ABOUT_NOBODY
    return bool(says_who) and len(finding.entries) >= _WHAT_AND_WHERE


def _is_violated(rule: RuleResult) -> bool:
    return bool(rule.findings)


def _is_crash(report: CaseReport) -> bool:
    return report.case.outcome.endswith("-fault")
