"""Playing one case: on the stage, into a recording, before the judge."""

import shutil
import tempfile
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from harness.domain.clock import VirtualClock
from harness.domain.evidence import EVERYTHING
from harness.domain.recording import SCHEMA, RecordingOpened
from harness.domain.results import CaseResult
from harness.drivers.driver import DriverFault
from harness.drivers.pool import DriverPool
from harness.judge import Judgement, judge
from harness.recordings.recorder import Recorder
from harness.scenario.case_file import Case
from harness.scenario.player import Player
from harness.suite.stage import Stage
from harness.suite.tally import CaseReport, is_binding
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
    return f"the SDK has no capability {', '.join(lacking)}" if lacking else None


async def perform(case: Case, stage: Stage, drivers: DriverPool) -> CaseReport:
    """Play *case* and judge its recording; a driver's fault ends this case only."""
    reason = why_not(case, stage)
    if reason:
        result = CaseResult(id=case.id, outcome="not-applicable", reason=reason)
        return CaseReport(case=result)
    name = f"recordings/{case.id.replace('/', '-')}.jsonl"
    began, clock = time.monotonic(), VirtualClock(case.scenario.begin)
    fault: str | None = None
    with Recorder(stage.out / name) as recorder:
        recorder.note(_head(case, stage))
        try:
            await _play(case, stage, drivers, clock, recorder)
        except DriverFault as error:
            fault = str(error)
    judgement = None if fault else judge(recorder.events)
    violated = judgement.violated() if judgement else ()
    outcome = outcome_of(judgement, stage.strict) if judgement else "driver-fault"
    result = CaseResult(
        id=case.id,
        outcome=outcome,
        violated=violated,
        exercised=judgement.exercised() if judgement else (),
        reason=fault,
        recording=name,
        wall_seconds=round(time.monotonic() - began, 4),
        virtual_seconds=(clock.now() - case.scenario.begin) / timedelta(seconds=1),
    )
    if judgement is None:
        return CaseReport(case=result)
    return CaseReport(case=result, rules=judgement.rules, ledger=judgement.ledger)


def outcome_of(judgement: Judgement, strict: bool) -> str:
    """Say what a judged case came to: *should* rules fail it in a strict run only."""
    is_failed = any(rule.findings and is_binding(rule, strict) for rule in judgement.rules)
    return "violated" if is_failed else "passed"


async def _play(
    case: Case,
    stage: Stage,
    drivers: DriverPool,
    clock: VirtualClock,
    recorder: Recorder,
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="dlscheck-"))
    world = case.scenario.world or DEFAULT_WORLD
    try:
        async with MockDls(stage.profile, world, clock, recorder.note) as mock:
            drivers.last_seen = lambda: mock.last_request_at
            player = Player(
                case.scenario,
                stage.description,
                drivers.take,
                mock,
                clock,
                recorder.note,
                folder,
            )
            await player.play()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _head(case: Case, stage: Stage) -> RecordingOpened:
    return RecordingOpened(
        at=case.scenario.begin,
        schema=SCHEMA,
        dlscheck=version("dlscheck"),
        source="run",
        case=case.id,
        sdk=stage.sdk,
        clock=stage.description.clock,
        wire=stage.profile.name,
        capabilities=tuple(stage.description.capabilities),
        evidence=EVERYTHING,
        seed=stage.seed,
    )
