"""Captured traffic, recordings and bundles: files of others, read and judged."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from mitmproxy import connection, http
from mitmproxy.io import tnetstring

from fuzz.target import Scratch, Target
from harness.capture.inspection import AUTO, inspect_capture, open_capture
from harness.capture.told import Told
from harness.documents.bad_input import BadInput
from harness.domain.message import Receipt, Report, Usage, UsageSubmission
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    Configuration,
    Exchange,
    OperationCalled,
    RecordingClosed,
    RecordingOpened,
    Sdk,
    SessionStopped,
    StartCalled,
)
from harness.judge import judge
from harness.recordings.bundle import RECORDING, write_bundle
from harness.recordings.reader import read_recording

_capture = Scratch("")
_recording = Scratch(".jsonl")
_bundle = Scratch(".zip")

_AT = "2026-03-01T08:00:30.000Z"
_USAGE = (
    '{"reports":[{"timeLabel":"2026-03-01T08:00:00Z","handshakeCode":"200001-demo",'
    '"clientUuid":"c-1","usage":[{"type":"QR_CODE","count":3}]}]}'
)


def feed_capture(data: bytes) -> None:
    """A capture is judged, and can be recorded, or is refused in one message."""
    _judge_capture(_capture.holding(data))


def _judge_capture(path: Path) -> None:
    noted: list[AnyEvent] = []
    try:
        with open_capture(str(path), AUTO, ()) as reading:
            inspect_capture(reading, Told(), None, case="fuzz", note=noted.append)
    except BadInput as error:
        assert len(str(error)) < 10_000
    for event in noted:
        msgspec.msgpack.encode(event)
        assert msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent) == event


def feed_recording(data: bytes) -> None:
    """A recording is judged, or refused in one message."""
    _judge(_recording.holding(data))


def feed_bundle(data: bytes) -> None:
    """An evidence bundle is judged, or refused in one message."""
    _judge(_bundle.holding(data))


def _judge(path: Path) -> None:
    try:
        judge(read_recording(path))
    except BadInput as error:
        assert len(str(error)) < 10_000


def _har() -> bytes:
    entry = {
        "startedDateTime": _AT,
        "time": 20,
        "pageref": "page_1",
        "request": {
            "method": "POST",
            "url": "http://h/dls/usage",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": _USAGE},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Encoding", "value": "gzip"}],
            "content": {"text": "eyJhY2NlcHRlZCI6dHJ1ZX0=", "encoding": "base64"},
        },
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry, entry]}}).encode()


def _mitm() -> bytes:
    at = datetime.fromisoformat(_AT).astimezone(UTC).timestamp()
    client = connection.Client(peername=("127.0.0.1", 9), sockname=("127.0.0.1", 1), id="c")
    flow = http.HTTPFlow(client, connection.Server(address=("h", 80)))
    flow.request = http.Request.make("POST", "http://h/dls/usage", _USAGE)
    flow.request.timestamp_start = flow.request.timestamp_end = at
    flow.response = http.Response.make(200, '{"accepted":true}')
    flow.response.timestamp_start = flow.response.timestamp_end = at + 1
    file = io.BytesIO()
    tnetstring.dump(flow.get_state(), file)
    return file.getvalue()


def _story(generation: str) -> bytes:
    """A small story: a session, an operation, what it reported, the end."""
    at = datetime.fromisoformat(_AT)
    usage = (Usage(type="QR_CODE", count=3),)
    report = Report(
        time_label=at.replace(second=0, microsecond=0),
        handshake_code="200001-demo",
        client_uuid="c-1",
        usage=usage,
    )
    events: tuple[AnyEvent, ...] = (
        RecordingOpened(
            at=at,
            schema=SCHEMA,
            dlscheck="1",
            source="run",
            case="a/b",
            sdk=Sdk(name="x", version="1", product="dbr", generation=generation),
            clock="injected",
            wire="open-json",
        ),
        StartCalled(at=at, device="d", configuration=Configuration(servers=("http://h",))),
        OperationCalled(
            at=at, device="d", kind="decode", type="QR_CODE", count=3, success=True
        ),
        Exchange(
            at=at,
            device="d",
            method="POST",
            path="/dls/usage",
            kind="usage",
            request=UsageSubmission(reports=(report,)),
            stored=True,
            status=200,
            answer=Receipt(),
        ),
        SessionStopped(at=at, device="d"),
        RecordingClosed(at=at, settled=True),
    )
    return b"\n".join(map(msgspec.json.encode, events)) + b"\n"


def _zip() -> bytes:
    path = _bundle.holding(b"")
    write_bundle(path, {RECORDING: _story("dls")})
    return path.read_bytes()


#: At the ends of the calendar there is nothing to add to, or to take from.
_ENDS = (b"9999-12-31T23:59:59.999999Z", b"0001-01-01T00:00:00Z", b"9999-12-31T23:57:00Z")
_INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def _with_ends(seed: bytes) -> tuple[bytes, ...]:
    """Return *seed*, and the same with each of its instants at an end of the calendar."""
    places = list(_INSTANT.finditer(seed))
    moved = [
        seed[: place.start()] + end + seed[place.end() :]
        for end in _ENDS
        for place in places
    ]
    return (seed, *moved, *(_INSTANT.sub(end, seed) for end in _ENDS))


HAR = Target("har", feed_capture, _with_ends(_har()))
MITM = Target("mitm", feed_capture, _with_ends(_mitm()))
RECORDED = Target("recorded", feed_capture, _with_ends(_story("lts")))
RECORDINGS = Target(
    "recording", feed_recording, (*_with_ends(_story("dls")), *_with_ends(_story("lts")))
)
BUNDLE = Target("bundle", feed_bundle, (_zip(),))
