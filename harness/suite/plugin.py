"""
The pytest plug-in that collects scenarios and plays them against one SDK.

A red case is the SDK's bug. Every case sends its report to the controlling process, which
sums them up; so it is the same with one process or many (pytest-xdist).
"""

import asyncio
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.documents.bad_input import BadInput
from harness.domain.results import CaseResult
from harness.drivers.driver import DriverFault
from harness.drivers.pool import DriverPool
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, load_cases
from harness.suite.performance import Performance, perform, play, why_not
from harness.suite.stage import Stage, set_stage
from harness.suite.summary import results_of_run
from harness.suite.tally import CaseReport, is_binding
from reports.failure import render_failure
from reports.files import write_results

CASES = Path(__file__).resolve().parents[2] / "cases"
#: Name of the plug-in that gathers, for one that does it in its place.
GATHERING = "dlscheck-gathering"

_PROPERTY = "dlscheck-report"
#: How much of the traceback of a fault of ours is kept.
_TRACEBACK_LINES = 12


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a run of the suite needs to know."""
    group = parser.getgroup("dlscheck", "conformance of licence SDKs")
    group.addoption("--sdk", metavar="FILE", help="the SDK's file (YAML)")
    group.addoption("--generation", choices=("lts", "dls"), help="ask for this generation")
    group.addoption("--dls-out", metavar="DIR", default="dlscheck-out")
    group.addoption("--dls-seed", type=int, default=None)
    group.addoption("--dls-strict", action="store_true", help="should rules fail too")


def pytest_configure(config: pytest.Config) -> None:
    """Gather what the cases report, unless somebody does already."""
    if config.pluginmanager.get_plugin(GATHERING) is None:
        config.pluginmanager.register(Gathering(), GATHERING)


def pytest_collection(session: pytest.Session) -> None:
    """A wrong SDK is told before anything is collected."""
    if session.config.getoption("sdk"):
        stage_of(session.config)


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Collect scenarios below the folder ``cases``."""
    if file_path.suffix != ".yaml" or CASES not in file_path.parents:
        return None
    return CaseFile.from_parent(parent, path=file_path)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the results of a run that pytest itself was asked for."""
    gathering = session.config.pluginmanager.get_plugin(GATHERING)
    is_worker = hasattr(session.config, "workerinput")
    if type(gathering) is Gathering and gathering.reports and not is_worker:
        stage = stage_of(session.config)
        results = results_of_run(stage, gathering.reports, gathering.began)
        write_results(results, stage.out)


def stage_of(config: pytest.Config) -> Stage:
    """
    Return the stage of this run, setting it once.

    Raises:
        UsageError: No SDK was given, or it cannot be worked with.
    """
    known: Stage | None = getattr(config, "dlscheck_stage", None)
    if known is None:
        sdk = config.getoption("sdk")
        if not sdk:
            raise pytest.UsageError("no SDK to test: give its file with --sdk FILE")
        try:
            known = set_stage(
                Path(sdk),
                config.getoption("generation"),
                Path(config.getoption("dls_out")),
                seed=config.getoption("dls_seed"),
                strict=config.getoption("dls_strict"),
            )
        except (BadInput, DriverFault) as error:
            raise pytest.UsageError(str(error)) from error
        config.dlscheck_stage = known  # type: ignore[attr-defined]
    return known


class CaseFile(pytest.File):
    """One file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield its cases."""
        stage_of(self.config)
        for case in load_cases(self.path, CASES, frozenset(RULES_BY_ID)):
            yield CaseItem.from_parent(self, name=case.id, case=case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """A wrong file is told in one message."""
        if isinstance(excinfo.value, BadInput | pytest.UsageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class Workshop:
    """What one process needs to play its cases: an event loop, and drivers to reuse."""

    def __init__(self, stage: Stage) -> None:
        """Open it."""
        self._stage = stage
        self._runner = asyncio.Runner()
        self._drivers = DriverPool(stage.sdk_file, stage.generation)

    def perform(self, case: Case) -> CaseReport:
        """Play *case* and judge it."""
        return self._runner.run(perform(case, self._stage, self._drivers))

    def play(self, case: Case) -> Performance:
        """Play *case* and judge it, and keep nothing of it."""
        return self._runner.run(play(case, self._stage, self._drivers))

    def close(self) -> None:
        """End what is still running."""
        self._runner.run(self._drivers.close())
        self._runner.close()


def _workshop_of(config: pytest.Config, stage: Stage) -> Workshop:
    if _WORKSHOP not in config.stash:
        config.stash[_WORKSHOP] = Workshop(stage)
        config.add_cleanup(config.stash[_WORKSHOP].close)
    return config.stash[_WORKSHOP]


_WORKSHOP = pytest.StashKey[Workshop]()


class CaseFailed(Exception):
    """The SDK failed a case; the text is for its vendor."""


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case

    def runtest(self) -> None:
        """Play it, judge it, and report."""
        stage = stage_of(self.config)
        reason = why_not(self.case, stage)
        try:
            report = _workshop_of(self.config, stage).perform(self.case)
        except Exception as error:
            text = "".join(traceback.format_exception(error))
            self._tell(_harness_fault(self.case.id, text))
            raise
        self._tell(report)
        if reason:
            pytest.skip(reason)
        if report.case.outcome == "driver-fault":
            raise CaseFailed(report.case.reason)
        binding = [r for r in report.rules if r.findings and is_binding(r, stage.strict)]
        if binding:
            raise CaseFailed(render_failure(self.case.id, binding))

    def _tell(self, report: CaseReport) -> None:
        self.user_properties.append((_PROPERTY, msgspec.json.encode(report).decode()))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> Any:
        """What the SDK did is told without any of our code."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name it by its id."""
        return self.path, None, self.case.id


class Gathering:
    """
    What the controlling process learns of all cases.

    Attributes:
        reports: One for each case that was played, in the order in which they came.
        problems: What was wrong with our own files, if anything.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.began = datetime.now(UTC)  # noqa: TID251 - wall time of the run
        self.reports: list[CaseReport] = []
        self.problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be read."""
        if report.failed:
            self.problems.append(report.longreprtext)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a case's report out of what pytest tells, wherever it was played."""
        told = [str(text) for name, text in report.user_properties if name == _PROPERTY]
        if report.when == "call" and told:
            self.reports.append(msgspec.json.decode(told[0], type=CaseReport))
        elif report.failed and not told and ".yaml::" in report.nodeid:
            # Its process died, or pytest itself went wrong: no case is passed over.
            case_id = report.nodeid.partition("::")[2]
            self.reports.append(_harness_fault(case_id, report.longreprtext))


def _harness_fault(case_id: str, text: str) -> CaseReport:
    """Keep the end of *text*: there a traceback says what went wrong, and where."""
    reason = "\n".join(text.strip().splitlines()[-_TRACEBACK_LINES:])
    return CaseReport(case=CaseResult(id=case_id, outcome="harness-fault", reason=reason))
