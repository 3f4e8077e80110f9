"""The suite as pytest plays it, on behalf of ``dlscheck run``."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli.keyword import nothing_matches
from harness.cli.progress import Progress
from harness.documents.bad_input import BadInput
from harness.suite import plugin
from harness.suite.demands import Demands
from harness.suite.places import CASES
from harness.suite.shard import Shard

#: How pytest ends where nothing went wrong; a small shard may have no case at all.
_PLAYED = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)


@dataclass(frozen=True)
class SuiteRun:
    """
    What is played, and on which SDK.

    Attributes:
        clock: Name of the clock mode.
        keyword: Only cases that match it; ``None``: all.
        processes: So many; ``None``: one a core.
        shard: Just the cases of this one; ``None``: all.
    """

    sdk: Path
    out: Path
    generation: str | None
    clock: str
    keyword: str | None
    processes: int | None
    seed: int | None
    property_examples: int
    demands: Demands
    shard: Shard | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every case of the suite is played."""
        return self.keyword is None and self.property_examples > 0

    def play(self, progress: Progress) -> None:
        """
        Play, and let *progress* gather what the cases report.

        A signal ends it before its time, and *progress* knows.

        Raises:
            BadInput: One of our files cannot be read, or no case matches.
        """
        # Options for the user's own tests are none for the suite: -x would hide cases.
        os.environ.pop("PYTEST_ADDOPTS", None)
        with progress:
            code = pytest.main(self._arguments(), plugins=[plugin, _Registered(progress)])
        if progress.interruption.name:
            return
        if progress.problems:
            raise BadInput("\n".join(progress.problems))
        if code == pytest.ExitCode.NO_TESTS_COLLECTED and self.shard is None:
            raise nothing_matches(self.keyword)
        if code not in _PLAYED:
            raise RuntimeError(f"pytest ended with {code!r}")

    def _arguments(self) -> list[str]:
        root = str(CASES.parent)
        return [
            str(CASES),
            # Without the last pytest looks through all folders above, down from "/".
            *("-c", os.devnull, "--rootdir", root, "--confcutdir", root),
            # A case asserts nothing: rules judge it.
            "--assert=plain",
            *("-p", plugin.__name__, "-p", "no:terminal", "-p", "no:cacheprovider"),
            *("--sdk", str(self.sdk), "--dls-out", str(self.out)),
            *(("--generation", self.generation) if self.generation else ()),
            *("--dls-clock", self.clock),
            *(("-k", self.keyword) if self.keyword else ()),
            *(("--dls-seed", str(self.seed)) if self.seed is not None else ()),
            *("--property-examples", str(self.property_examples)),
            *(("--dls-shard", str(self.shard)) if self.shard else ()),
            *self.demands.as_arguments(),
            *self._processes(),
        ]

    def _processes(self) -> tuple[str, ...]:
        asked = self.processes
        count = asked if asked is not None else len(os.sched_getaffinity(0))
        return ("-n", str(count), "--dist", "worksteal") if count > 1 else ()


class _Registered:
    """Registers *gathering* under the name by which the plug-in looks for one."""

    def __init__(self, gathering: plugin.Gathering) -> None:
        self._gathering = gathering

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Come before the plug-in does."""
        config.pluginmanager.register(self._gathering, plugin.GATHERING)
