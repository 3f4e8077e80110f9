"""Progress of a run: the present case, on standard error."""

import sys
from types import TracebackType
from typing import Self

import pytest
from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.suite.plugin import Gathering
from reports.level import Level

#: In a log that nobody watches, one line every so many cases is enough.
_LINE_EVERY = 25


class Progress(Gathering):
    """Gathers what cases report, and tells how far it is."""

    def __init__(self, level: Level = Level.NORMAL) -> None:
        """Begin with nothing; a quiet run tells nothing."""
        super().__init__()
        self._is_quiet = level is Level.QUIET
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, transient=True, refresh_per_second=8)
        self._failed = 0
        self._present = ""

    def __enter__(self) -> Self:
        """Begin to tell."""
        if self._console.is_terminal and not self._is_quiet:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell which case has begun."""
        self._present = nodeid.partition("::")[2]
        self._tell()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a case's report, and tell."""
        before = len(self.reports)
        super().pytest_runtest_logreport(report)
        if len(self.reports) == before:
            return
        case = self.reports[-1].case
        self._failed += case.outcome not in ("passed", "not-applicable")
        self._tell()
        is_due = len(self.reports) % _LINE_EVERY == 0
        if is_due and not self._is_quiet and not self._console.is_terminal:
            print(self._line(case.id), file=sys.stderr)

    def _tell(self) -> None:
        if self._console.is_terminal and not self._is_quiet:
            self._live.update(Text(self._line(self._present), no_wrap=True))

    def _line(self, case: str) -> str:
        of = f" of {len(self.cases)}" if self.cases else ""
        return f"{len(self.reports)}{of} cases, {self._failed} failed: {case}"
