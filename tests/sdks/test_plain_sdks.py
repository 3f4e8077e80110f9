"""
Claims about SDKs that know nothing of us, in five languages, in virtual time.

They are written with the ordinary timers, threads and sockets of their languages. Those
that have to be compiled are built first; a language whose compiler this machine lacks is
left out.
"""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.domain.verdict import Severity
from harness.drivers.pool import DriverPool
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.suite.performance import perform
from harness.suite.stage import set_stage
from harness.suite.tally import CaseReport, sum_up_rules

ROOT = Path(__file__).parents[2]
CASES = [
    case
    for path in find_case_files(ROOT / "cases")
    for case in load_cases(path, ROOT / "cases", frozenset(RULES_BY_ID))
]
#: What each language is built with, if it is; and run with.
TOOLS = {
    "c": ("make", "cc"),
    "java": ("make", "javac", "java"),
    "node": ("node",),
    "python": (),
    "rust": ("make", "rustc"),
}
LANGUAGES = [language for language, tools in TOOLS.items() if all(map(shutil.which, tools))]
#: A mistake that a plain SDK makes on purpose, the rule that it breaks, and where.
TWINS = [
    ("counts-failures", "usage/failures-not-counted", "dls", "usage/unsuccessful"),
    ("retries", "submit/failed-waits-for-next-session", "dls", "submit/one-failure"),
    ("ticks-early", "submit/every-three-minutes", "dls", "submit/steady"),
    ("wrong-grid", "slot/on-the-grid", "lts", "slot/boundary"),
]
_LONGEST_BUILD_SECONDS = 300
#: One case in so many is played here; `dlscheck run` plays all of them.
_EVERY = {"c": 4, "rust": 8, "python": 12, "node": 16, "java": 24}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """A language whose plain SDK can be run here; built if it has to be."""
    name: str = request.param
    folder = ROOT / f"sdks/plain-{name}"
    if "make" in TOOLS[name]:
        command = ["make", "-s", "-C", str(folder)]
        subprocess.run(command, check=True, timeout=_LONGEST_BUILD_SECONDS)
    return name


def play(language: str, generation: str, cases: list[Case], out: Path) -> list[CaseReport]:
    stage = set_stage(ROOT / f"sdks/plain-{language}/sdk.yaml", generation, out)

    async def played() -> list[CaseReport]:
        drivers = DriverPool(stage.sdk_file, stage.generation, stage.clock)
        try:
            return [await perform(case, stage, drivers) for case in cases]
        finally:
            await drivers.close()

    return asyncio.run(played())


def violated(reports: list[CaseReport]) -> set[str]:
    severities = {Severity.MUST, Severity.SHOULD}
    rules = sum_up_rules(reports)
    return {rule.id for rule in rules if rule.findings and rule.severity in severities}


def faults(reports: list[CaseReport]) -> list[str | None]:
    return [r.case.reason for r in reports if r.case.outcome.endswith("-fault")]


@pytest.mark.parametrize("generation", ["lts", "dls"])
def test_unmodified_sdks_conform(language: str, generation: str, tmp_path: Path) -> None:
    """A plain SDK breaks no rule, and its driver breaks no contract."""
    reports = play(language, generation, CASES[:: _EVERY[language]], tmp_path)
    assert not faults(reports)
    assert not violated(reports)


@pytest.mark.parametrize(
    ("bug", "rule", "generation", "story"), TWINS, ids=[twin[0] for twin in TWINS]
)
def test_faulty_twins_are_condemned(
    language: str,
    bug: str,
    rule: str,
    generation: str,
    story: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A mistake is found by its rule in any language, and not without the mistake."""
    cases = [case for case in CASES if case.id.startswith(story)][:2]
    assert rule not in violated(play(language, generation, cases, tmp_path))
    monkeypatch.setenv("PLAIN_BUG", bug)
    assert rule in violated(play(language, generation, cases, tmp_path))


def test_a_mode_changes_no_verdict(tmp_path: Path) -> None:
    """Every case ends with one SDK in virtual time as it does with a twin with a clock."""
    some = CASES[::10]
    plain = play("python", "dls", some, tmp_path)
    stage = set_stage(ROOT / "sdks/reference/sdk.yaml", "dls", tmp_path)

    async def played() -> list[CaseReport]:
        drivers = DriverPool(stage.sdk_file, stage.generation)
        try:
            return [await perform(case, stage, drivers) for case in some]
        finally:
            await drivers.close()

    given = asyncio.run(played())
    both = [
        (one.case, other.case)
        for one, other in zip(plain, given, strict=True)
        if one.case.outcome != "not-applicable"
    ]
    assert len(both) > len(some) / 2
    assert [(one.outcome, one.violated) for one, _ in both] == [
        (other.outcome, other.violated) for _, other in both
    ]
