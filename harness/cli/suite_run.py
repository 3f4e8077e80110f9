"""The suite as pytest plays it, on behalf of ``dlscheck run``."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli.keyword import nothing_matches
from harness.cli.progress import Progress
from harness.documents.bad_input import BadInput, unwritable
from harness.domain.results import Results
from harness.suite import plugin
from harness.suite.bundling import EVIDENCE
from harness.suite.demands import Demands
from harness.suite.exploration import COUNTEREXAMPLES
from harness.suite.places import CASES
from harness.suite.shard import Shard
from harness.suite.stage import Stage
from harness.suite.workshop import lend_stage
from reports.level import Level

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

    def play(self, stage: Stage, level: Level) -> Results:
        """
        Play on *stage*, tell how far it is, and sum up.

        A signal ends it before its time, and the results say so.

        Raises:
            BadInput: One of our files cannot be read, or no case matches.
        """
        progress = Progress(level)
        self._play(progress, stage)
        return progress.results(stage, is_whole=self.is_whole, shard=self.shard)

    def _play(self, progress: Progress, stage: Stage) -> None:
        # Options for the user's own tests are none for the suite: -x would hide cases.
        os.environ.pop("PYTEST_ADDOPTS", None)
        with progress:
            plugins = [plugin, _Registered(progress, stage)]
            code = pytest.main(self._arguments(), plugins=plugins)
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
    """Gives the plug-in the *gathering* that it looks for, and the *stage*."""

    def __init__(self, gathering: plugin.Gathering, stage: Stage) -> None:
        self._gathering = gathering
        self._stage = stage

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Come before the plug-in does."""
        config.pluginmanager.register(self._gathering, plugin.GATHERING)
        lend_stage(config, self._stage)


def clear(out: Path) -> None:
    """Remove the recordings and counter-examples of an earlier run."""
    folder = out / "recordings"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = (f"{COUNTEREXAMPLES}/*.yaml", f"{EVIDENCE}/*.zip")
        for old in (*folder.glob("*.jsonl"), *(p for name in kept for p in out.glob(name))):
            old.unlink()
    except OSError as error:
        raise unwritable(out, error, "--out") from error
