"""The judge: events a second with all rules, against bare decoding of the same file."""

import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from bench.figures.figure import Figure, Scale
from bench.figures.spent import interleaved, ratio
from bench.traffic import Fleet, recording, write
from harness.domain.recording import AnyEvent, RecordingOpened
from harness.judge import Judge
from harness.recordings.reader import read_recording

#: By the number of operations between two submissions: what the suite plays, and a kiosk.
_MIXES = {"as in the suite": 4, "of a busy scanner": 60}
_BAR = 500_000


def figures(scale: Scale) -> Iterator[Figure]:
    """Judge recordings of a hundred devices over days."""
    for name, scans in _MIXES.items():
        days = scale.pick(max(1, 40 // scans), 1)
        fleet = Fleet(scale.pick(100, 3), days=days, scans=scans)
        path = scale.folder / "fleet.jsonl"
        count = write(path, recording(fleet))
        contenders = {
            "decode": partial(_decoded, path),
            "judge": partial(_judged, path),
        }
        seconds = interleaved(scale.pick(7, 1), contenders)
        yield Figure(
            group="judge",
            name=f"events a second, {name}",
            value=count / statistics.median(seconds["judge"]),
            unit="events/s",
            against="typed decoding alone",
            ratio=ratio(seconds, "judge", "decode"),
            bar=_BAR,
            note=f"{count} events, {scans} operations for each submission",
        )


def _decoded(path: Path) -> None:
    decoder = msgspec.json.Decoder(AnyEvent)
    with path.open("rb") as file:
        for line in file:
            decoder.decode(line)


def _judged(path: Path) -> None:
    events = read_recording(path)
    head = next(events)
    assert isinstance(head, RecordingOpened)
    judging = Judge(head)
    for event in events:
        judging.see(event)
    judged = judging.judgement()
    assert not judged.violated(), judged.violated()
    assert judged.exercised()
