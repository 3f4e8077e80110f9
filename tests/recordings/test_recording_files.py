"""Recordings as files: written event by event, read back as they were."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.documents.bad_input import BadInput
from harness.domain.message import Grant, Report, Usage, UsageSubmission
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    Configuration,
    DriverFailed,
    Exchange,
    RecordingClosed,
    RecordingOpened,
    Sdk,
    SdkError,
    StartAnswered,
    StartCalled,
)
from harness.recordings.reader import read_recording
from harness.recordings.recorder import Recorder

AT = datetime(2026, 3, 1, 8, 0, 30, 250_000, tzinfo=UTC)
OPENED = RecordingOpened(
    at=AT,
    schema=SCHEMA,
    dlscheck="0.1.0",
    source="run",
    case="a/b",
    sdk=Sdk(name="s", version="1", product="dbr", generation="dls"),
    clock="injected",
    wire="open-json",
)
CLOSED = RecordingClosed(at=AT + timedelta(days=1), settled=True)
EVENTS: tuple[AnyEvent, ...] = (
    OPENED,
    StartCalled(at=AT, device="a", configuration=Configuration(servers=("http://x/",))),
    Exchange(
        at=AT,
        device="a",
        method="POST",
        path="/dls/usage",
        request=UsageSubmission(
            reports=(Report(time_label=AT, usage=(Usage(type="Ü\u2028", count=1.5),)),)
        ),
        answer=Grant(handshake_code="c", valid_until=AT),
    ),
    StartAnswered(
        at=AT, device="a", authorized=False, error=SdkError(code=-20120, message="\n")
    ),
    CLOSED,
)


def _written(folder: Path, *events: AnyEvent) -> Path:
    path = folder / "recordings" / "one.jsonl"
    with Recorder(path) as recorder:
        for event in events:
            recorder.note(event)
    return path


def _complaint(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        list(read_recording(path))
    return str(caught.value).removeprefix(str(path)).removeprefix(":")


def test_round_trip(tmp_path: Path) -> None:
    """What is read is what was written, event by event."""
    assert tuple(read_recording(_written(tmp_path, *EVENTS))) == EVENTS


def test_one_object_a_line(tmp_path: Path) -> None:
    """A recording is a line of JSON for every event, whatever text is in it."""
    lines = _written(tmp_path, *EVENTS).read_bytes().splitlines()
    told: list[Any] = [json.loads(line) for line in lines]
    assert [item["event"] for item in told] == [
        "recording-opened",
        "start-called",
        "exchange",
        "start-answered",
        "recording-closed",
    ]


def test_keeps_the_events(tmp_path: Path) -> None:
    """A recorder keeps the events for the judge."""
    with Recorder(tmp_path / "one.jsonl") as recorder:
        recorder.note(OPENED)
    assert recorder.events == [OPENED]


def test_replaces_what_stood_there(tmp_path: Path) -> None:
    """A recording replaces an older one of the same name."""
    _written(tmp_path, *EVENTS)
    assert list(read_recording(_written(tmp_path, OPENED, CLOSED))) == [OPENED, CLOSED]


def test_file_is_whole_after_an_error(tmp_path: Path) -> None:
    """What was noted before an error is in the file."""
    path = tmp_path / "one.jsonl"
    recorder = Recorder(path)
    recorder.note(OPENED)
    error = RuntimeError("boom")
    recorder.__exit__(RuntimeError, error, None)
    assert len(path.read_bytes().splitlines()) == 1


def test_driver_fault_ends_a_recording(tmp_path: Path) -> None:
    """A recording that ends with a driver's fault is whole."""
    failed = DriverFailed(at=AT, device="a", blame="broke its contract")
    assert list(read_recording(_written(tmp_path, OPENED, failed))) == [OPENED, failed]


def test_unknown_fields_are_ignored(tmp_path: Path) -> None:
    """A recording of a later version, with fields that we do not know, is read."""
    path = _written(tmp_path, OPENED, CLOSED)
    path.write_bytes(path.read_bytes().replace(b'{"event"', b'{"new":[1],"event"'))
    assert list(read_recording(path)) == [OPENED, CLOSED]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", " is empty; expected a recording, or a bundle of evidence"),
        (b"{OPENED}", "1: the recording was cut off: expected recording-closed"),
        (b"{OPENED}{CLOSED}{CALLED}", "3: the recording was cut off"),
        (b"{CLOSED}", "1: expected the event recording-opened, got recording-closed"),
        (b"{OPENED}{OPENED}{CLOSED}", "2: a second recording begins here"),
        (b"{OPENED}{CALLED", "2: expected one event of a recording: "),
        (b"{OPENED}\n{CLOSED}", "2: expected one event of a recording: "),
        (b"not json\n", "1: expected one event of a recording: "),
        (b'{"event": "surprise"}\n', "1: expected one event of a recording: "),
        (b'{"event": "start-called"}\n', "1: expected one event of a recording: "),
        (b"\xff\xfe\n", "1: expected one event of a recording: "),
        (b"{OTHER}{CLOSED}", "1: expected the schema dlscheck-recording/1, got 'x/9'"),
        (b"{GENERATION}{CLOSED}", "1: unknown generation 'dlx'; Did you mean"),
    ],
    ids=range(13),
)
def test_no_recording(tmp_path: Path, text: bytes, complaint: str) -> None:
    """What is no whole recording is told with file and line."""
    lines = _written(tmp_path, *EVENTS).read_bytes().splitlines(keepends=True)
    names = {b"{OPENED}": lines[0], b"{CALLED}": lines[1], b"{CLOSED}": lines[-1]}
    names[b"{OTHER}"] = lines[0].replace(SCHEMA.encode(), b"x/9")
    names[b"{GENERATION}"] = lines[0].replace(b'"dls"', b'"dlx"')
    for name, line in names.items():
        text = text.replace(name, line)
    path = tmp_path / "bad.jsonl"
    path.write_bytes(text.replace(b"{CALLED", lines[1][:40]))
    assert _complaint(path).startswith(complaint)


def test_cut_anywhere(tmp_path: Path) -> None:
    """A recording that is cut anywhere is never taken for a whole one."""
    whole = _written(tmp_path, OPENED, CLOSED).read_bytes().rstrip(b"\n")
    path = tmp_path / "cut.jsonl"
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        assert _complaint(path)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_unreadable(tmp_path: Path, name: str) -> None:
    """A file that cannot be read is told with the reason."""
    assert _complaint(tmp_path / name).startswith(" cannot be read: ")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b'{"event":"recording-closed","x":' + b"[" * 100_000, "recursion"),
        (b'{"event":"session-stopped","at":' + b"9" * 5000, "expected one event"),
        (
            b'{"event":"operation-called","at":"2026-03-01T08:00:00Z","device":"d","kind":'
            b'"k","type":"t","success":true,"count":' + b"9" * 30 + b"}",
            "expected one event",
        ),
    ],
)
def test_hostile_lines(tmp_path: Path, line: bytes, complaint: str) -> None:
    """Deep nesting and endless numbers are refused in one message, with the line."""
    path = _written(tmp_path, OPENED)
    path.write_bytes(path.read_bytes() + line + b"\n")
    told = _complaint(path)
    assert told.startswith("2: ")
    assert complaint in told
    assert len(told) < 500


@pytest.mark.parametrize("written", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize("is_escaped", [False, True])
def test_the_ends_of_the_calendar(tmp_path: Path, written: str, is_escaped: bool) -> None:
    """An instant to which nobody can add a month is refused, however it is spelt."""
    told = f"\\u00{ord(written[0]):x}{written[1:]}" if is_escaped else written
    line = f'{{"event":"clock-set","at":"2026-03-01T08:00:00Z","device":"d","to":"{told}"}}'
    path = _written(tmp_path, OPENED)
    path.write_bytes(path.read_bytes() + line.encode() + b"\n")
    complaint = _complaint(path)
    assert complaint.startswith("2: expected one event of a recording: expected an instant")


def test_texts_that_look_like_them(tmp_path: Path) -> None:
    """A name may begin like an instant of long ago."""
    started = StartAnswered(at=AT, device="0001-01-01", authorized=True)
    path = _written(tmp_path, OPENED, started, CLOSED)
    assert list(read_recording(path)) == [OPENED, started, CLOSED]
