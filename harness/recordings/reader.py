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
from harness.recordings.bundle import open_recording
from harness.recordings.lines import lines_of


def read_recording(path: Path) -> Iterator[AnyEvent]:
    """
    Yield the events of the recording in *path*, a file or an evidence bundle.

    Raises:
        BadInput: It cannot be read, is no recording, or was cut off; with file and line.
    """
    decoder = msgspec.json.Decoder(AnyEvent)
    last, line = None, 0
    try:
        with open_recording(path) as file:
            for line, text in enumerate(lines_of(file), start=1):
                event = decoder.decode(text)
                if line == 1:
                    _check_head(path, event)
                elif isinstance(event, RecordingOpened):
                    raise misplaced(path, line, "a second recording begins here")
                last = event
                yield event
    except OSError as error:
        raise unreadable(path, error, "a recording or a bundle of evidence") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise misplaced(
            path, line, f"expected one event of a recording: {error}"
        ) from error
    if last is None:
        raise misplaced(
            path, None, "is empty; expected a recording, or a bundle of evidence"
        )
    if not isinstance(last, RecordingClosed | DriverFailed):
        message = "the recording was cut off: expected recording-closed as its last event"
        raise misplaced(path, line or None, message)


def _check_head(path: Path, event: AnyEvent) -> None:
    if not isinstance(event, RecordingOpened):
        got = event.__struct_config__.tag
        raise misplaced(path, 1, f"expected the event recording-opened, got {got}")
    if event.schema != SCHEMA:
        raise misplaced(path, 1, f"expected the schema {SCHEMA}, got {event.schema!r}")
    if event.sdk.generation not in GENERATIONS:
        problem = unknown_name("generation", event.sdk.generation, GENERATIONS)
        raise misplaced(path, 1, problem)
