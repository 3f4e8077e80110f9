"""
The pytest plug-in that collects scenarios and plays them against one SDK.

A red case is the SDK's bug. Every case sends its report to the controlling process, which
sums them up; so it is the same with one process or many (pytest-xdist).
"""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from harness.suite.items import (
    CASES,
    PROPERTIES,
    REPORT,
    CaseFile,
    PropertyFile,
    SuiteItem,
    harness_fault,
)
from harness.suite.publication import publish
from harness.suite.summary import results_of_run
from harness.suite.tally import CaseReport
from harness.suite.workshop import stage_of

#: Name of the plug-in that gathers, for one that does it in its place.
GATHERING = "dlscheck-gathering"
#: How many stories of each property are played: few, as a suite is run often.
PROPERTY_EXAMPLES = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a run of the suite needs to know."""
    group = parser.getgroup("dlscheck", "conformance of licence SDKs")
    group.addoption("--sdk", metavar="FILE", help="the SDK's file (YAML)")
    group.addoption("--generation", choices=("lts", "dls"), help="ask for this generation")
    group.addoption("--dls-clock", metavar="MODE", help="let time pass in this way")
    group.addoption("--dls-out", metavar="DIR", default="dlscheck-out")
    group.addoption("--dls-seed", type=int, default=None)
    group.addoption(
        "--property-examples",
        type=int,
        metavar="N",
        default=PROPERTY_EXAMPLES,
        help="so many generated stories for each property; 0: none",
    )
    group.addoption("--dls-strict", action="store_true", help="should rules fail too")
    group.addoption(
        "--dls-require", metavar="RULE", action="append", default=[], help="must be kept"
    )
    group.addoption("--dls-baseline", metavar="FILE", help="known failures")
    group.addoption("--dls-requirements", metavar="REVISION", help="a frozen set")


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
    """Collect scenarios below the folder ``cases``, and properties if an SDK is given."""
    if file_path.suffix == ".yaml" and CASES in file_path.parents:
        return CaseFile.from_parent(parent, path=file_path)
    config = parent.config
    is_wanted = config.getoption("sdk") and config.getoption("property_examples") > 0
    if file_path.suffix == ".py" and file_path.parent == PROPERTIES and is_wanted:
        return PropertyFile.from_parent(parent, path=file_path)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: the last to end would keep all others waiting."""
    items.sort(key=lambda item: -item.weight if isinstance(item, SuiteItem) else 0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the results of a run that pytest itself was asked for."""
    gathering = session.config.pluginmanager.get_plugin(GATHERING)
    is_worker = hasattr(session.config, "workerinput")
    if type(gathering) is Gathering and gathering.reports and not is_worker:
        stage = stage_of(session.config)
        results = results_of_run(stage, gathering.reports, gathering.began)
        publish(results, stage.out, stage.sdk_file.path)


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
        told = [str(text) for name, text in report.user_properties if name == REPORT]
        if report.when == "call" and told:
            self.reports.append(msgspec.json.decode(told[0], type=CaseReport))
        elif report.failed and not told and _is_case(report.nodeid):
            # Its process died, or pytest itself went wrong: no case is passed over.
            case_id = report.nodeid.partition("::")[2]
            self.reports.append(harness_fault(case_id, report.longreprtext))


def _is_case(nodeid: str) -> bool:
    """Tell whether it is a case of the suite, and not some test beside it."""
    file, _, name = nodeid.partition("::")
    return file.endswith(".yaml") or name.startswith(f"{PROPERTIES.name}/")
