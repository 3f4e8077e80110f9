"""Captures, inspected one by one and summed up."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from harness.capture.difference import difference
from harness.capture.inspection import (
    AUTO,
    Inspection,
    Reading,
    inspect_capture,
    open_capture,
)
from harness.capture.part_writer import PartWriter
from harness.capture.redaction import Redactor
from harness.capture.told import Told
from harness.capture.writing import CaptureWriter
from harness.documents.bad_input import BadInput
from harness.domain.recording import AnyEvent
from harness.domain.results import CaseResult, Results
from harness.suite.gate import Gate
from harness.suite.summary import sum_up
from harness.suite.tally import CaseReport
from harness.suite.weighing import outcome_of, weighed


@dataclass(frozen=True)
class Question:
    """
    What is asked of captures.

    Attributes:
        profile: Name or file of a wire profile, or ``auto``.
        generation: ``lts`` or ``dls``; ``None``: as the capture says.
        told: What the inspector knows.
        is_redacted: Leave secrets out of all that is judged, said and written.
        out: Folder that gets each capture as a recording of ours; ``None``: none does.
        partitions: In so many parts; ``None``: in one file.
    """

    profile: str = AUTO
    generation: str | None = None
    told: Told = field(default_factory=Told)
    is_redacted: bool = False
    out: Path | None = None
    partitions: int | None = None

    def note_in(self, out: Path, case: str, stack: ExitStack) -> Callable[[AnyEvent], None]:
        """
        Return what writes the recording of a capture, as long as the *stack* is open.

        Raises:
            BadInput: It cannot be written, or not so.
        """
        place = out / "recordings"
        if self.partitions is None:
            return stack.enter_context(CaptureWriter(place / f"{case}.jsonl")).note
        parts = PartWriter(place / f"{case}.parts", self.partitions)
        return stack.enter_context(parts).note

    @contextmanager
    def reading(self, path: str) -> Iterator[Reading]:
        """
        Open the capture at *path*.

        Raises:
            BadInput: It cannot be read.
        """
        configuration = self.told.configuration
        servers = configuration.servers if configuration else ()
        with open_capture(path, self.profile, servers) as reading:
            yield reading


def inspect_captures(
    paths: Sequence[str],
    question: Question,
    began: datetime,
    gate: Gate,
) -> tuple[Results, list[Inspection]]:
    """
    Inspect the captures in *paths*, and sum them up as one.

    Raises:
        BadInput: One of them cannot be read or holds nothing, or they are of different
            generations.
    """
    inspections, reports = [], []
    for path in paths:
        report, inspection = _inspected(path, question, gate)
        inspections.append(inspection)
        reports.append(report)
        first, this = inspections[0].opened.sdk, inspection.opened.sdk
        if this.generation != first.generation:
            raise BadInput(
                f"{path}: expected {first.generation.upper()}, as in {paths[0]}, got "
                f"{this.generation.upper()}; inspect them apart, or give --generation"
            )
    opened = inspections[0].opened
    results = sum_up(
        "inspect",
        opened.sdk,
        opened.clock,
        None,
        reports,
        began,
        gate=gate,
    )
    return results, inspections


def _nobody(_: AnyEvent) -> None:
    """Nobody wants to know of events."""


def compare_captures(paths: Sequence[str], question: Question) -> list[str]:
    """
    Tell how the second of two captures differs from the first, line by line.

    Raises:
        BadInput: There are not just two, or one cannot be read.
    """
    if len(paths) != 2:
        raise BadInput(f"--diff: expected two captures, got {len(paths)}")
    first, second = paths
    with question.reading(first) as one, question.reading(second) as other:
        return list(difference(one.exchanges, other.exchanges, (first, second)))


def _inspected(path: str, question: Question, gate: Gate) -> tuple[CaseReport, Inspection]:
    began = time.monotonic()
    case = "stdin" if path == "-" else Path(path).name
    with ExitStack() as stack:
        reading = stack.enter_context(question.reading(path))
        note: Callable[[AnyEvent], None] = _nobody
        if question.out:
            note = question.note_in(question.out, case, stack)
        inspection = inspect_capture(
            reading,
            question.told,
            question.generation,
            case=case,
            redactor=Redactor() if question.is_redacted else None,
            note=note,
        )
    opened = inspection.opened
    judged = weighed(inspection.judgement, gate, opened.sdk.generation)
    result = CaseResult(
        id=case,
        outcome=outcome_of(judged, gate.strict),
        violated=judged.violated(),
        exercised=judged.exercised(),
        wall_seconds=round(time.monotonic() - began, 4),
        virtual_seconds=(inspection.until - opened.at) / timedelta(seconds=1),
    )
    return CaseReport(case=result, rules=judged.rules, ledger=judged.ledger), inspection
