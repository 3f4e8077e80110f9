"""
The pytest plug-in that collects scenarios and plays them against one SDK.

A red case is the SDK's bug. Every case sends its report to the controlling process, which
sums them up; so it is the same with one process or many (pytest-xdist).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.documents.bad_input import BadInput
from harness.domain.results import CaseResult, Results
from harness.suite.interruption import Interruption
from harness.suite.items import (
    PROBLEM,
    REPORT,
    CaseFile,
    PropertyFile,
    SuiteItem,
    harness_fault,
)
from harness.suite.places import CASES, PROPERTIES, PROPERTY_EXAMPLES
from harness.suite.publication import publish
from harness.suite.run_results import results_of_run
from harness.suite.shard import Shard, parse_shard
from harness.suite.stage import Stage
from harness.suite.tally import CaseReport
from harness.suite.workshop import INTERRUPTION, stage_of, tell_worker

#: Name of the plug-in that gathers, for one that does it in its place.
GATHERING = "dlscheck-gathering"


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
    group.addoption("--dls-shard", metavar="I/N", help="play just this part of the suite")


def pytest_configure(config: pytest.Config) -> None:
    """Gather what the cases report, unless somebody does already; listen to signals."""
    if config.pluginmanager.get_plugin(GATHERING) is None:
        config.pluginmanager.register(Gathering(), GATHERING)
    interruption = Interruption(is_worker=hasattr(config, "workerinput"))
    config.stash[INTERRUPTION] = interruption
    _gathering(config).interruption = interruption
    if config.getoption("sdk"):
        interruption.open()
        config.add_cleanup(interruption.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker, before it begins, what the driver says of itself."""
    if node.config.getoption("sdk"):
        tell_worker(node.workerinput, stage_of(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node: Any) -> None:
    """Remember the process of a worker: whoever ends the run ends it, too."""
    node.config.stash[INTERRUPTION].workers.append(node.gateway._rinfo().pid)


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Leave out what other shards play, and begin with what takes longest.

    The last to end would keep all others waiting.
    """
    shard = shard_of(config)
    if shard:
        takes = [(shard.takes(_case_of(item.nodeid)), item) for item in items]
        config.hook.pytest_deselected(items=[item for mine, item in takes if not mine])
        items[:] = [item for mine, item in takes if mine]
    items.sort(key=lambda item: -item.weight if isinstance(item, SuiteItem) else 0)
    items[:] = dealt(items, getattr(config, "workerinput", {}).get("workercount", 1))


def dealt[T](items: Sequence[T], hands: int) -> list[T]:
    """
    Deal *items* out like cards, and put one hand behind the other.

    Each worker is given a run of them, as many as every other: without this the first
    would have all that take long.
    """
    return [item for hand in range(hands) for item in items[hand::hands]]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the results of a run that pytest itself was asked for."""
    gathering = _gathering(session.config)
    is_worker = hasattr(session.config, "workerinput")
    if type(gathering) is Gathering and gathering.reports and not is_worker:
        stage = stage_of(session.config)
        results = gathering.results(stage, shard=shard_of(session.config))
        publish(results, stage.out, stage.sdk_file.path)


def shard_of(config: pytest.Config) -> Shard | None:
    """
    Return the shard that is asked for.

    Raises:
        UsageError: It is none.
    """
    written = config.getoption("dls_shard")
    try:
        return parse_shard(written) if written else None
    except BadInput as error:
        raise pytest.UsageError(str(error)) from error


def _gathering(config: pytest.Config) -> "Gathering":
    found = config.pluginmanager.get_plugin(GATHERING)
    assert isinstance(found, Gathering)
    return found


class Gathering:
    """
    What the controlling process learns of all cases.

    Attributes:
        reports: One for each case that was played, in the order in which they came.
        problems: What was wrong with our own files, if anything.
        cases: The ids of all that are to be played.
        interruption: What ends the run before its time.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.began = datetime.now(UTC)  # noqa: TID251 - wall time of the run
        self.reports: list[CaseReport] = []
        self.problems: list[str] = []
        self.cases: list[str] = []
        self.interruption = Interruption()

    def results(
        self, stage: Stage, *, is_whole: bool = False, shard: Shard | None = None
    ) -> Results:
        """Sum up; *is_whole* says that all cases of the suite were to be played."""
        why = self.interruption.name
        if why is None:
            return results_of_run(
                stage, self.reports, self.began, is_whole=is_whole, shard=shard
            )
        played = {report.case.id for report in self.reports}
        left = [_not_played(case, why) for case in self.cases if case not in played]
        told = f"ended by {why}: {len(played)} of {len(self.cases)} cases were judged"
        reports = [*self.reports, *left]
        return results_of_run(stage, reports, self.began, partial=told, shard=shard)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which cases there are, in a run with one process."""
        self._note_cases([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:  # noqa: ARG002 - pytest goes by names
        """Note which cases there are, in a run with several."""
        self._note_cases(ids)

    def _note_cases(self, ids: list[str]) -> None:
        if ids:
            self.cases = [_case_of(nodeid) for nodeid in ids if _is_case(nodeid)]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be read."""
        if report.failed:
            self.problems.append(report.longreprtext)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a case's report out of what pytest tells, wherever it was played."""
        told = [str(text) for name, text in report.user_properties if name == REPORT]
        problems = [str(text) for name, text in report.user_properties if name == PROBLEM]
        if problems:
            # One is enough: with no room left every case has the same.
            self.problems = self.problems or problems
        elif report.when == "call" and told:
            self.reports.append(msgspec.json.decode(told[0], type=CaseReport))
        elif report.failed and not told and _is_case(report.nodeid):
            # Its process died, or pytest itself went wrong: no case is passed over.
            fault = harness_fault(_case_of(report.nodeid), report.longreprtext)
            self.reports.append(fault)


def _is_case(nodeid: str) -> bool:
    """Tell whether it is a case of the suite, and not some test beside it."""
    file, _, name = nodeid.partition("::")
    return file.endswith(".yaml") or name.startswith(f"{PROPERTIES.name}/")


def _case_of(nodeid: str) -> str:
    return nodeid.partition("::")[2]


def _not_played(case: str, why: str) -> CaseReport:
    reason = f"the run was ended by {why} before it was judged"
    return CaseReport(case=CaseResult(id=case, outcome="not-played", reason=reason))
