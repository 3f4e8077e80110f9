"""Recordings are decoded many lines at a time, and broken lines are told one by one."""

import io
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from harness.domain.recording import AnyEvent, SessionStopped
from harness.recordings.batches import batches_of

EVENTS = [
    SessionStopped(at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=n), device="a")
    for n in range(10_000)
]
LINES = [msgspec.json.encode(event) for event in EVENTS]


def _read(content: bytes) -> tuple[list[AnyEvent], str | None]:
    """Return the events, and the error that ended them, if any."""
    events: list[AnyEvent] = []
    try:
        for batch in batches_of(io.BytesIO(content)):
            events += batch
    except msgspec.DecodeError as error:
        return events, str(error)
    return events, None


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_all_of_them(end: bytes) -> None:
    """Every line is an event, wherever a batch ends, and with or without a last newline."""
    assert _read(b"\n".join(LINES) + end) == (EVENTS, None)


@pytest.mark.parametrize("broken", [b"", b"{", b"[] []", b'{"event":"no-such"}'])
@pytest.mark.parametrize("place", [0, 1, 4_321, 9_999])
def test_a_broken_line(broken: bytes, place: int) -> None:
    """All events before it are told, and then what is wrong."""
    lines = [*LINES[:place], broken, *LINES[place + 1 :]]
    events, error = _read(b"\n".join(lines) + b"\n")
    assert events == EVENTS[:place]
    assert error


def test_two_on_a_line() -> None:
    """Two events on one line are none."""
    events, error = _read(b"\n".join([LINES[0], LINES[1] + LINES[2]]) + b"\n")
    assert events == EVENTS[:1]
    assert error


def test_a_line_without_end() -> None:
    """What never ends is not read to its end."""
    file = io.BytesIO(b" " * (65 << 20))
    with pytest.raises(msgspec.DecodeError):
        list(batches_of(file))
    assert file.tell() <= 65 << 20
