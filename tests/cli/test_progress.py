"""Tests of what a run tells a log while it goes on."""

from collections.abc import Iterator

import msgspec
import pytest

from harness.cli.progress import Progress
from harness.domain.results import CaseResult
from harness.suite.plugin import REPORT
from harness.suite.tally import CaseReport
from reports.level import Level


def report_of(case: str) -> pytest.TestReport:
    told = CaseReport(case=CaseResult(id=case, outcome="passed"))
    return pytest.TestReport(
        nodeid=f"cases/{case}.yaml::{case}",
        location=(f"cases/{case}.yaml", None, case),
        keywords={},
        outcome="passed",
        longrepr=None,
        when="call",
        user_properties=[(REPORT, msgspec.json.encode(told).decode())],
    )


def clock_of(seconds: Iterator[float]) -> Progress:
    return Progress(now=lambda: next(seconds))


def test_a_line_for_many_cases(capfd: pytest.CaptureFixture[str]) -> None:
    """Where cases are quick, a log has a line for every 25 of them."""
    progress = Progress(now=lambda: 0.0)
    for number in range(60):
        progress.pytest_runtest_logreport(report_of(f"auth/number-{number}"))
    assert capfd.readouterr().err.splitlines() == [
        "25 cases, 0 failed: auth/number-24",
        "50 cases, 0 failed: auth/number-49",
    ]


def test_a_line_after_a_while(capfd: pytest.CaptureFixture[str]) -> None:
    """Where a case takes minutes, nobody waits for 25 of them to see a sign of life."""
    progress = clock_of(iter([0.0, 4.0, 9.0, 11.0, 11.0, 12.0]))
    for number in range(4):
        progress.pytest_runtest_logreport(report_of(f"auth/number-{number}"))
    assert capfd.readouterr().err == "3 cases, 0 failed: auth/number-2\n"


def test_a_quiet_run(capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever wants silence gets it."""
    progress = Progress(Level.QUIET, now=iter(range(0, 4000, 60)).__next__)
    for number in range(30):
        progress.pytest_runtest_logreport(report_of(f"auth/number-{number}"))
    assert capfd.readouterr().err == ""
