"""Playing one case: on the stage, into a recording, before the judge."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from harness.domain.evidence import EVERYTHING
from harness.domain.recording import SCHEMA, AnyEvent, RecordingOpened
from harness.domain.results import CaseResult
from harness.drivers.clocks.choice import SUPPORTED_CLOCKS
from harness.drivers.driver import DriverFault
from harness.drivers.pool import DriverPool
from harness.judge import Judgement, judge
from harness.recordings.recorder import Recorder
from harness.scenario.case_file import Case
from harness.scenario.player import Player
from harness.scenario.scenario import Scenario, Step
from harness.suite.stage import Stage
from harness.suite.tally import CaseReport
from harness.suite.weighing import outcome_of, weighed
from mock_server import DEFAULT_WORLD, MockDls


def why_not(case: Case, stage: Stage) -> str | None:
    """Say why *case* does not apply to the SDK on *stage*; ``None``: it does."""
    scenario, described = case.scenario, stage.description
    if described.generation not in scenario.generations:
        wanted = " and ".join(name.upper() for name in scenario.generations)
        return f"for {wanted} only"
    needed = set(scenario.requires)
    if "standby" in scenario.servers:
        needed.add("standby-server")
    lacking = sorted(needed - set(described.capabilities))
    if lacking:
        return f"the SDK has no capability {', '.join(lacking)}"
    return _why_not_in(stage.clock, scenario)


def _why_not_in(mode: str, scenario: Scenario) -> str | None:
    """Say why *scenario* cannot be played in a clock mode; ``None``: it can."""
    clock = SUPPORTED_CLOCKS[mode]
    steps = list(_steps(scenario.steps))
    if not clock.sets_clock and any(step.set_clock for step in steps):
        return f"in clock mode {mode} nobody sets the device's clock"
    if not clock.sets_date and any(step.until for step in steps):
        return f"in clock mode {mode} a story begins when it is played"
    return None


def _steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield *steps*, and those that they repeat."""
    for step in steps:
        yield step
        if step.repeat:
            yield from _steps(step.repeat.steps)


@dataclass(frozen=True)
class Performance:
    """
    One case as it was played.

    Attributes:
        events: Its recording.
        fault: What its driver did against the contract; ``None``: nothing.
        judgement: What the rules say; ``None`` after a fault.
    """

    case: Case
    events: Sequence[AnyEvent]
    fault: str | None
    judgement: Judgement | None
    wall_seconds: float

    def report(self, strict: bool, recording: str | None) -> CaseReport:
        """Sum it up; *recording* is where its recording is kept, if anywhere."""
        judged = self.judgement
        virtual = self.events[-1].at - self.events[0].at
        result = CaseResult(
            id=self.case.id,
            outcome=outcome_of(judged, strict) if judged else "driver-fault",
            violated=judged.violated() if judged else (),
            exercised=judged.exercised() if judged else (),
            reason=self.fault,
            recording=recording,
            wall_seconds=round(self.wall_seconds, 4),
            virtual_seconds=virtual / timedelta(seconds=1),
        )
        if judged is None:
            return CaseReport(case=result)
        return CaseReport(case=result, rules=judged.rules, ledger=judged.ledger)


async def perform(case: Case, stage: Stage, drivers: DriverPool) -> CaseReport:
    """Play *case*, keep its recording, and report; or say why it does not apply."""
    reason = why_not(case, stage)
    if reason:
        result = CaseResult(id=case.id, outcome="not-applicable", reason=reason)
        return CaseReport(case=result)
    name = recording_of(case.id)
    try:
        with Recorder(stage.out / name) as recorder:
            performance = await play(case, stage, drivers, recorder.note)
    except asyncio.CancelledError:
        # The user has had enough: half a recording is none.
        (stage.out / name).unlink(missing_ok=True)
        raise
    return performance.report(stage.strict, name)


def keep_recording(played: Performance, out: Path) -> str:
    """Write the recording of what was played, and return its path below *out*."""
    name = recording_of(played.case.id)
    with Recorder(out / name) as recorder:
        for event in played.events:
            recorder.note(event)
    return name


def recording_of(case_id: str) -> str:
    """Return where the recording of a case is kept, below the folder of the results."""
    return f"recordings/{case_id.replace('/', '-')}.jsonl"


async def play(
    case: Case,
    stage: Stage,
    drivers: DriverPool,
    note: Callable[[AnyEvent], None] = lambda _: None,
) -> Performance:
    """Play *case* and judge it; *note* is told each event as it happens."""
    began, events = time.monotonic(), list[AnyEvent]()
    fault: str | None = None

    def keep(event: AnyEvent) -> None:
        events.append(event)
        note(event)

    drivers.clock.begin(case.scenario.begin)
    keep(_head(case, stage, drivers.clock.now()))
    try:
        await _play(case, stage, drivers, keep)
    except DriverFault as error:
        fault = str(error)
    judgement = None
    if fault is None:
        judgement = weighed(judge(events), stage.gate, stage.sdk.generation)
    return Performance(case, events, fault, judgement, time.monotonic() - began)


async def _play(
    case: Case,
    stage: Stage,
    drivers: DriverPool,
    note: Callable[[AnyEvent], None],
) -> None:
    clock = drivers.clock
    folder = Path(tempfile.mkdtemp(prefix="dlscheck-"))
    world = case.scenario.world or DEFAULT_WORLD
    try:
        async with MockDls(stage.profile, world, clock, note, stage.seed or 0) as mock:
            clock.servers = mock
            player = Player(
                case.scenario,
                stage.description,
                drivers.take,
                mock,
                clock,
                note,
                folder,
            )
            await player.play()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _version() -> str:
    return version("dlscheck")


def _head(case: Case, stage: Stage, begin: datetime) -> RecordingOpened:
    return RecordingOpened(
        at=begin,
        schema=SCHEMA,
        dlscheck=_version(),
        source="run",
        case=case.id,
        sdk=stage.sdk,
        clock=stage.description.clock,
        wire=stage.profile.name,
        capabilities=tuple(stage.description.capabilities),
        evidence=EVERYTHING,
        seed=stage.seed,
        reads=stage.profile.reads,
    )
