"""Captures, inspected one by one and summed up."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from harness.capture.inspection import AUTO, Inspection, inspect_capture, open_capture
from harness.capture.told import Told
from harness.documents.bad_input import BadInput
from harness.domain.results import CaseResult, Results
from harness.suite.gate import Gate
from harness.suite.performance import outcome_of, weighed
from harness.suite.summary import sum_up
from harness.suite.tally import CaseReport


@dataclass(frozen=True)
class Question:
    """
    What is asked of captures.

    Attributes:
        profile: Name or file of a wire profile, or ``auto``.
        generation: ``lts`` or ``dls``; ``None``: as the capture says.
        told: What the inspector knows.
    """

    profile: str = AUTO
    generation: str | None = None
    told: Told = field(default_factory=Told)


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


def _inspected(path: str, question: Question, gate: Gate) -> tuple[CaseReport, Inspection]:
    began = time.monotonic()
    configuration = question.told.configuration
    servers = configuration.servers if configuration else ()
    case = "stdin" if path == "-" else Path(path).name
    with open_capture(path, question.profile, servers) as reading:
        inspection = inspect_capture(reading, question.told, question.generation, case=case)
    judged, opened = weighed(inspection.judgement, gate), inspection.opened
    result = CaseResult(
        id=case,
        outcome=outcome_of(judged, gate.strict),
        violated=judged.violated(),
        exercised=judged.exercised(),
        wall_seconds=round(time.monotonic() - began, 4),
        virtual_seconds=(inspection.until - opened.at) / timedelta(seconds=1),
    )
    return CaseReport(case=result, rules=judged.rules, ledger=judged.ledger), inspection
