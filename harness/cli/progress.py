"""Progress of a run: the present case, on standard error."""

import sys
from types import TracebackType
from typing import Self

import pytest
from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.suite.plugin import Gathering

#: In a log that nobody watches, one line every so many cases is enough.
_LINE_EVERY = 25


class Progress(Gathering):
    """Gathers what cases report, and tells how far it is."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, transient=True, refresh_per_second=8)
        self._failed = 0

    def __enter__(self) -> Self:
        """Begin to tell."""
        if self._console.is_terminal:
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

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a case's report, and tell."""
        before = len(self.reports)
        super().pytest_runtest_logreport(report)
        if len(self.reports) == before:
            return
        case = self.reports[-1].case
        self._failed += case.outcome not in ("passed", "not-applicable")
        line = f"{len(self.reports)} cases, {self._failed} failed: {case.id}"
        if self._console.is_terminal:
            self._live.update(Text(line))
        elif len(self.reports) % _LINE_EVERY == 0:
            print(line, file=sys.stderr)
