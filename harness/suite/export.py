"""Captures that were inspected, written in other forms."""

from pathlib import Path

from harness.capture.exporting import write_har
from harness.capture.inspection import Inspection
from harness.capture.redaction import Redactor
from harness.documents.bad_input import BadInput
from harness.domain.generation import GENERATIONS
from harness.scenario.render import render_scenario
from harness.suite.inspecting import Question
from harness.suite.stimulus import stimulus_of


def export_capture(
    path: str, question: Question, inspection: Inspection, target: Path
) -> None:
    """
    Write a capture that was inspected to *target*: as HAR with verdicts, or as YAML.

    A ``.yaml`` is a scenario: what was done to the SDK.

    Raises:
        BadInput: It came from standard input, or *target* ends otherwise.
    """
    if path == "-":
        raise BadInput("--export: standard input is read only once; give a file")
    if target.suffix not in (".har", ".yaml"):
        raise BadInput(f"--export {target}: expected a name that ends in .har or .yaml")
    redactor = Redactor() if question.is_redacted else None
    if redactor:
        redactor.head(inspection.opened)
    with question.reading(path) as reading:
        seen = (
            (number, redactor.exchange(event) if redactor else event)
            for number, event in reading.exchanges
        )
        if target.suffix == ".har":
            write_har(target, seen, inspection.judgement.rules)
            return
        generation = GENERATIONS[inspection.opened.sdk.generation]
        scenario = stimulus_of(seen, generation).scenario(
            f"As captured in {Path(path).name}."
        )
        target.write_text(render_scenario(scenario), encoding="utf-8")
