"""Judging stored recordings again, without any SDK."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.domain.recording import AnyEvent, DriverFailed, RecordingOpened
from harness.domain.results import CaseResult, Results
from harness.judge import Judge
from harness.recordings.reader import read_recording
from harness.suite.gate import Gate
from harness.suite.performance import outcome_of, weighed
from harness.suite.summary import sum_up
from harness.suite.tally import CaseReport


def judge_recordings(paths: Sequence[Path], began: datetime, gate: Gate) -> Results:
    """
    Judge the recordings in *paths*, all of one SDK, and sum them up.

    Raises:
        BadInput: One of them is no whole recording, or they are of different SDKs.
    """
    heads, reports = [], []
    for path in paths:
        head, report = _retry(path, gate)
        heads.append(head)
        reports.append(report)
        if (head.sdk, head.clock) != (heads[0].sdk, heads[0].clock):
            raise BadInput(
                f"{path}: expected a recording of {_name(heads[0])}, as in {paths[0]}, "
                f"got one of {_name(head)}; judge them apart"
            )
    return sum_up(
        "judge",
        heads[0].sdk,
        heads[0].clock,
        heads[0].seed,
        sorted(reports, key=lambda report: report.case.id),
        began,
        gate=gate,
    )


def _retry(path: Path, gate: Gate) -> tuple[RecordingOpened, CaseReport]:
    began = time.monotonic()
    events = read_recording(path)
    head = next(events)
    assert isinstance(head, RecordingOpened)
    judging, last = Judge(head), head.at
    failure: AnyEvent = head
    for event in events:
        judging.see(event)
        failure, last = event, event.at
    is_fault = isinstance(failure, DriverFailed)
    judgement = weighed(judging.judgement(), gate, head.sdk.generation)
    case = CaseResult(
        id=head.case,
        outcome="driver-fault" if is_fault else outcome_of(judgement, gate.strict),
        violated=() if is_fault else judgement.violated(),
        exercised=() if is_fault else judgement.exercised(),
        reason=failure.blame if isinstance(failure, DriverFailed) else None,
        recording=str(path),
        wall_seconds=round(time.monotonic() - began, 4),
        virtual_seconds=(last - head.at) / timedelta(seconds=1),
    )
    if is_fault:
        return head, CaseReport(case=case)
    return head, CaseReport(case=case, rules=judgement.rules, ledger=judgement.ledger)


def _name(head: RecordingOpened) -> str:
    sdk = head.sdk
    return f"{sdk.name} {sdk.version} ({sdk.generation}, {head.clock} clock)"
