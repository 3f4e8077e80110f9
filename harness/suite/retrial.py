"""Judging stored recordings again, without any SDK."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from harness.capture.parts import parts_in
from harness.documents.bad_input import BadInput
from harness.domain.recording import RecordingOpened
from harness.domain.results import CaseResult, Results
from harness.judge import Judge
from harness.rules.tally import joined
from harness.suite.engine import Engine, local
from harness.suite.gate import Gate
from harness.suite.portion import Portion
from harness.suite.summary import sum_up
from harness.suite.tally import CaseReport
from harness.suite.weighing import outcome_of, weighed


def judge_recordings(
    paths: Sequence[Path], began: datetime, gate: Gate, engine: Engine = local
) -> Results:
    """
    Judge the recordings in *paths*, all of one SDK, and sum them up.

    A folder is a recording in parts. *engine* says where they are judged.

    Raises:
        BadInput: One of them is no whole recording, or they are of different SDKs.
    """
    files = [_files_of(path) for path in paths]
    portions = iter(engine([file for group in files for file in group]))
    heads, reports = [], []
    for path, group in zip(paths, files, strict=True):
        mine = [next(portions) for _ in group]
        head, report = _report(path, mine, gate)
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


def _files_of(path: Path) -> list[tuple[str, bool]]:
    """Return the files of a recording, each with whether it is a part."""
    if path.is_dir():
        return [(str(part), True) for part in parts_in(path)]
    return [(str(path), False)]


def _report(
    path: Path, portions: Sequence[Portion], gate: Gate
) -> tuple[RecordingOpened, CaseReport]:
    """Join the portions of one recording."""
    head = portions[0].head
    if any(portion.head != head for portion in portions):
        raise BadInput(f"{path}: expected parts of one recording, got parts of several")
    tally = joined([p.tally for p in portions]) if len(portions) > 1 else portions[0].tally
    judgement = weighed(Judge(head).judgement_of(tally), gate, head.sdk.generation)
    blame = portions[0].blame
    until = max(portion.until for portion in portions)
    case = CaseResult(
        id=head.case,
        outcome="driver-fault" if blame else outcome_of(judgement, gate.strict),
        violated=() if blame else judgement.violated(),
        exercised=() if blame else judgement.exercised(),
        reason=blame,
        recording=str(path),
        wall_seconds=round(sum(portion.wall_seconds for portion in portions), 4),
        virtual_seconds=(until - head.at) / timedelta(seconds=1),
    )
    if blame:
        return head, CaseReport(case=case)
    return head, CaseReport(case=case, rules=judgement.rules, ledger=judgement.ledger)


def _name(head: RecordingOpened) -> str:
    sdk = head.sdk
    return f"{sdk.name} {sdk.version} ({sdk.generation}, {head.clock} clock)"
