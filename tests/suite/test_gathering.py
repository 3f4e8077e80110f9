"""What the controlling process learns of the cases."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
import pytest

from harness.domain.results import CaseResult
from harness.suite.plugin import Gathering
from harness.suite.tally import CaseReport

type When = Literal["setup", "call", "teardown"]
CASE = CaseReport(case=CaseResult(id="auth/granted", outcome="passed"))


def _told(*reports: pytest.TestReport) -> list[CaseResult]:
    gathering = Gathering()
    for report in reports:
        gathering.pytest_runtest_logreport(report)
    return [report.case for report in gathering.reports]


@pytest.fixture
def told() -> Callable[..., pytest.TestReport]:
    def make(
        when: Any, outcome: Literal["passed", "failed"], text: str, *, has_report: bool
    ) -> pytest.TestReport:
        encoded = msgspec.json.encode(CASE).decode()
        return pytest.TestReport(
            nodeid="cases/auth/granted.yaml::auth/granted",
            location=("cases/auth/granted.yaml", None, "auth/granted"),
            keywords={},
            outcome=outcome,
            longrepr=text or None,
            when=when,
            user_properties=[("dlscheck-report", encoded)] if has_report else [],
        )

    return make


def test_takes_the_report_once(told: Callable[..., pytest.TestReport]) -> None:
    """A case is told three times by pytest, and counted once."""
    phases: list[When] = ["setup", "call", "teardown"]
    reports = [told(when, "passed", "", has_report=True) for when in phases]
    assert _told(*reports) == [CASE.case]


@pytest.mark.parametrize("when", ["call", "setup", "teardown", "???"])
def test_case_that_could_not_report(
    told: Callable[..., pytest.TestReport], when: str
) -> None:
    """A case whose process died is a fault of ours, and not passed over."""
    text = "\n".join(f"line {n}" for n in range(40)) + "\nworker 'gw1' crashed"
    (case,) = _told(told(when, "failed", text, has_report=False))
    assert (case.id, case.outcome) == ("auth/granted", "harness-fault")
    lines = (case.reason or "").splitlines()
    assert (len(lines), lines[-1]) == (12, "worker 'gw1' crashed")


def test_other_tests_are_none_of_its_business() -> None:
    """A failed test that is no case is not counted."""
    report = pytest.TestReport(
        nodeid="tests/test_x.py::test_y",
        location=("tests/test_x.py", None, "test_y"),
        keywords={},
        outcome="failed",
        longrepr="boom",
        when="call",
    )
    assert _told(report) == []
