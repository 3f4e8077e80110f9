"""What happened where rules were broken, for those who read in a terminal."""

from pathlib import Path

import msgspec

from harness.domain.results import Results
from harness.domain.verdict import Severity
from harness.recordings.reader import read_recording
from harness.suite.bundling import recording_path
from reports.timeline import around_marks, render_timeline

#: So many timelines are told in a terminal; the page has them all.
_MOST_TIMELINES = 3


def timelines_of(results: Results, folder: Path) -> dict[str, str]:
    """Tell what happened in the plainest case of some rules that are broken."""
    cases = {case.id: case for case in results.cases}
    told: dict[str, str] = {}
    for rule in results.rules:
        found = [cases[f.case] for f in rule.findings if not f.baseline and f.case in cases]
        found = [case for case in found if case.recording and not case.timeline]
        if rule.severity is Severity.MAY or not found or len(told) == _MOST_TIMELINES:
            continue
        case = min(found, key=lambda case: case.virtual_seconds)
        path = recording_path(case.recording or "", folder)
        if path.is_file():
            mine = tuple(f for f in rule.findings if f.case == case.id)
            only = msgspec.structs.replace(rule, findings=mine)
            told[rule.id] = around_marks(
                render_timeline(tuple(read_recording(path)), [only])
            )
    return told
