"""Counting and finding in one file: a recording, or a part of one; anywhere."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from harness.capture.parts import read_part
from harness.domain.recording import AnyEvent, DriverFailed, RecordingOpened
from harness.history.neighbours import Aside
from harness.judge import Judge
from harness.recordings.reader import read_recording
from harness.rules.tally import Tally


class Portion(msgspec.Struct, frozen=True):
    """
    What one file came to.

    Attributes:
        until: When its last event was.
        blame: What a driver did against its contract, if the recording ends with that.
    """

    head: RecordingOpened
    tally: Tally
    until: datetime
    blame: str | None
    wall_seconds: float


def portion_of(path: str, *, is_part: bool) -> Portion:
    """
    Judge the file at *path*, and return what was counted and found.

    Raises:
        BadInput: It cannot be read, or is not whole.
    """
    began = time.monotonic()
    head, events = _part(Path(path)) if is_part else _recording(Path(path))
    judging, last = Judge(head), None
    for entry, event, aside in events:
        judging.see(event, entry, aside)
        last = event
    return Portion(
        head,
        judging.tally(),
        last.at if last else head.at,
        last.blame if isinstance(last, DriverFailed) else None,
        time.monotonic() - began,
    )


type _Events = Iterator[tuple[int | None, AnyEvent, Aside | None]]


def _part(path: Path) -> tuple[RecordingOpened, _Events]:
    opened, seen = read_part(path)
    return opened.head, seen


def _recording(path: Path) -> tuple[RecordingOpened, _Events]:
    events = read_recording(path)
    head = next(events)
    assert isinstance(head, RecordingOpened)
    return head, ((None, event, None) for event in events)
