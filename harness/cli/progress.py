"""Progress of a run: the present case, on standard error."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pytest
from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.suite.plugin import Gathering
from reports.level import Level

#: In a log that nobody watches, a line every so many cases is enough, or seconds.
_LINE_EVERY = 25
_QUIET_SECONDS = 10.0


class Progress(Gathering):
    """Gathers what cases report, and tells how far it is."""

    def __init__(
        self, level: Level = Level.NORMAL, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with nothing; a quiet run tells nothing. *now*: seconds of real time."""
        super().__init__()
        self._is_quiet = level is Level.QUIET
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, transient=True, refresh_per_second=8)
        self._failed = 0
        self._present = ""
        self._now, self._told_at = now, now()

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
        if self._is_due() and not self._is_quiet and not self._console.is_terminal:
            self._told_at = self._now()
            print(self._line(case.id), file=sys.stderr)

    def _is_due(self) -> bool:
        """Tell whether a log is to have a line: slow clocks make few cases long ones."""
        was_quiet = self._now() - self._told_at >= _QUIET_SECONDS
        return was_quiet or len(self.reports) % _LINE_EVERY == 0

    def _tell(self) -> None:
        if self._console.is_terminal and not self._is_quiet:
            self._live.update(Text(self._line(self._present), no_wrap=True))

    def _line(self, case: str) -> str:
        of = f" of {len(self.cases)}" if self.cases else ""
        return f"{len(self.reports)}{of} cases, {self._failed} failed: {case}"
