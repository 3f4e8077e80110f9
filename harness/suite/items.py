"""What pytest collects and runs: files of scenarios, modules with a property, cases."""

import importlib
import traceback
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.documents.bad_input import NO_ROOM, BadInput
from harness.domain.results import CaseResult
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, load_cases
from harness.suite.exploration import Exploration
from harness.suite.places import CASES
from harness.suite.property import Property
from harness.suite.tally import CaseReport, broken_rules
from harness.suite.workshop import stage_of, workshop_of
from reports.failure import render_counterexample, render_failure

#: Under this name an item's report travels to the controlling process.
REPORT = "dlscheck-report"

#: Under this one a reason why no case can be played any more.
PROBLEM = "dlscheck-problem"

#: A generated story weighs as much as so many operations.
_STORY = 100
#: How much of the traceback of a fault of ours is kept.
_TRACEBACK_LINES = 12


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


class PropertyFile(pytest.File):
    """One module below ``cases/properties``."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield its property; a module that others draw from has none."""
        module = importlib.import_module(f"cases.properties.{self.path.stem}")
        found = getattr(module, "PROPERTY", None)
        if isinstance(found, Property):
            yield PropertyItem.from_parent(self, name=found.id, explored=found)


class CaseFailed(Exception):
    """The SDK failed a case; the text is for its vendor."""


class SuiteItem(pytest.Item):
    """
    One case of the suite, whatever it plays; its name is its id.

    Attributes:
        weight: How long it takes, roughly and in operations.
    """

    weight: int

    def runtest(self) -> None:
        """Play it, judge it, and report."""
        stage = stage_of(self.config)
        try:
            report = self.perform()
        except Exception as error:
            self._tell_failure(error)
            raise
        self._tell(report)
        case = report.case
        if case.outcome == "not-applicable":
            pytest.skip(case.reason or case.outcome)
        if case.outcome == "driver-fault":
            raise CaseFailed(case.reason)
        rules = stage.gate.excuse(report.rules, stage.sdk.generation)
        broken = broken_rules(rules, stage.strict)
        if broken:
            story = render_counterexample(case, stage.out)
            raise CaseFailed(render_failure(self.name, broken) + story)

    @abstractmethod
    def perform(self) -> CaseReport:
        """Return what became of it."""

    def _tell(self, report: CaseReport) -> None:
        self.user_properties.append((REPORT, msgspec.json.encode(report).decode()))

    def _tell_failure(self, error: Exception) -> None:
        """Without room or a driver no case can be played; all else is a fault of ours."""
        if isinstance(error, BadInput) or getattr(error, "errno", None) in NO_ROOM:
            self.user_properties.append((PROBLEM, str(error)))
            self.session.shouldstop = str(error)
            return
        text = "".join(traceback.format_exception(error))
        self._tell(harness_fault(self.name, text))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> Any:
        """What the SDK did is told without any of our code."""
        if isinstance(excinfo.value, CaseFailed | BadInput):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name it by its id."""
        return self.path, None, self.name


class CaseItem(SuiteItem):
    """A scenario from a file."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.weight = case.scenario.operations

    def perform(self) -> CaseReport:
        """Play it."""
        return workshop_of(self.config).perform(self.case)


class PropertyItem(SuiteItem):
    """A property, and all the stories that are played for it."""

    def __init__(self, *, explored: Property, **rest: Any) -> None:
        super().__init__(**rest)
        self.explored = explored
        self.weight = _STORY * self.config.getoption("property_examples")

    def perform(self) -> CaseReport:
        """Play as many stories as were asked for."""
        stage, play = stage_of(self.config), workshop_of(self.config).play
        examples = self.config.getoption("property_examples")
        return Exploration(self.explored, stage, play).explore(examples)


def harness_fault(case_id: str, text: str) -> CaseReport:
    """Keep the end of *text*: there a traceback says what went wrong, and where."""
    reason = "\n".join(text.strip().splitlines()[-_TRACEBACK_LINES:])
    return CaseReport(case=CaseResult(id=case_id, outcome="harness-fault", reason=reason))
