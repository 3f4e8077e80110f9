"""What one process of a run shares between its cases: stage, event loop and drivers."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.contract import Description
from harness.drivers.driver import DriverFault
from harness.drivers.pool import DriverPool
from harness.scenario.case_file import Case
from harness.suite.demands import Demands
from harness.suite.interruption import Interruption
from harness.suite.performance import Performance, perform, play
from harness.suite.stage import Stage, set_stage
from harness.suite.tally import CaseReport


class Workshop:
    """What one process needs to play its cases: an event loop, and drivers to reuse."""

    def __init__(self, stage: Stage, interruption: Interruption | None = None) -> None:
        """Open it; an *interruption* ends the case that is being played."""
        self._stage = stage
        self._interruption = interruption or Interruption()
        self._runner = asyncio.Runner()
        self._drivers = DriverPool(stage.sdk_file, stage.generation, stage.clock)

    def perform(self, case: Case) -> CaseReport:
        """Play *case*, judge it, and keep its recording."""
        work = perform(case, self._stage, self._drivers)
        return self._interruption.run(self._runner, work)

    def play(self, case: Case) -> Performance:
        """Play *case* and judge it, and keep nothing of it."""
        work = play(case, self._stage, self._drivers)
        return self._interruption.run(self._runner, work)

    def close(self) -> None:
        """End what is still running."""
        self._runner.run(self._drivers.close())
        self._runner.close()


def stage_of(config: pytest.Config) -> Stage:
    """
    Return the stage of this run, setting it once.

    Raises:
        UsageError: No SDK was given, or it cannot be worked with.
    """
    if _STAGE not in config.stash:
        sdk = config.getoption("sdk")
        if not sdk:
            raise pytest.UsageError("no SDK to test: give its file with --sdk FILE")
        try:
            config.stash[_STAGE] = set_stage(
                Path(sdk),
                config.getoption("generation"),
                Path(config.getoption("dls_out")),
                clock=config.getoption("dls_clock"),
                seed=config.getoption("dls_seed"),
                gate=_demands_of(config).gate(),
                description=_told_to(config),
            )
        except (BadInput, DriverFault) as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_STAGE]


def lend_stage(config: pytest.Config, stage: Stage) -> None:
    """Have a run use a *stage* that is set already."""
    config.stash[_STAGE] = stage


def tell_worker(workerinput: dict[str, Any], stage: Stage) -> None:
    """Spare a worker to ask the driver once more who it is."""
    workerinput[_DESCRIPTION] = msgspec.json.encode(stage.description).decode()


def _told_to(config: pytest.Config) -> Description | None:
    """Return what the controlling process has told this one of the driver, if it has."""
    told = getattr(config, "workerinput", {}).get(_DESCRIPTION)
    return None if told is None else msgspec.json.decode(told, type=Description)


def _demands_of(config: pytest.Config) -> Demands:
    baseline = config.getoption("dls_baseline")
    return Demands(
        strict=config.getoption("dls_strict"),
        require=tuple(config.getoption("dls_require")),
        baseline=Path(baseline) if baseline else None,
        requirements=config.getoption("dls_requirements"),
    )


def workshop_of(config: pytest.Config) -> Workshop:
    """Return the workshop of this process, opening it once."""
    if _WORKSHOP not in config.stash:
        config.stash[_WORKSHOP] = Workshop(stage_of(config), config.stash[INTERRUPTION])
        config.add_cleanup(config.stash[_WORKSHOP].close)
    return config.stash[_WORKSHOP]


#: What ends a run before its time; the plug-in listens to it.
INTERRUPTION = pytest.StashKey[Interruption]()
_STAGE = pytest.StashKey[Stage]()
#: What workers are told under this name.
_DESCRIPTION = "dlscheck-description"
_WORKSHOP = pytest.StashKey[Workshop]()
