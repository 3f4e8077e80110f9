"""Reading a recording back."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.documents.bad_input import misplaced, unknown_name, unreadable
from harness.domain.generation import GENERATIONS
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    DriverFailed,
    RecordingClosed,
    RecordingOpened,
)
from harness.recordings.batches import batches_of
from harness.recordings.bundle import open_recording


def read_recording(path: Path) -> Iterator[AnyEvent]:
    """
    Yield the events of the recording in *path*, a file or an evidence bundle.

    Raises:
        BadInput: It cannot be read, is no recording, or was cut off; with file and line.
    """
    last, count = None, 0
    try:
        with open_recording(path) as file:
            for events in batches_of(file):
                _check_heads(path, count, events)
                count, last = count + len(events), events[-1]
                yield from events
    except OSError as error:
        raise unreadable(path, error, "a recording or a bundle of evidence") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise misplaced(
            path, count + 1, f"expected one event of a recording: {error}"
        ) from error
    if last is None:
        raise misplaced(
            path, None, "is empty; expected a recording, or a bundle of evidence"
        )
    if not isinstance(last, RecordingClosed | DriverFailed):
        message = "the recording was cut off: expected recording-closed as its last event"
        raise misplaced(path, count or None, message)


def _check_heads(path: Path, count: int, events: list[AnyEvent]) -> None:
    """Make sure that only the first event is a head; *count* came before these."""
    if count == 0:
        _check_head(path, events[0])
    kinds = list(map(type, events))
    later = kinds[1:] if count == 0 else kinds
    if RecordingOpened in later:
        line = count + len(kinds) - len(later) + later.index(RecordingOpened) + 1
        raise misplaced(path, line, "a second recording begins here")


def _check_head(path: Path, event: AnyEvent) -> None:
    if not isinstance(event, RecordingOpened):
        got = event.__struct_config__.tag
        raise misplaced(path, 1, f"expected the event recording-opened, got {got}")
    if event.schema != SCHEMA:
        raise misplaced(path, 1, f"expected the schema {SCHEMA}, got {event.schema!r}")
    if event.sdk.generation not in GENERATIONS:
        problem = unknown_name("generation", event.sdk.generation, GENERATIONS)
        raise misplaced(path, 1, problem)
