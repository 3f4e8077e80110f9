"""What devices that start and submit leave behind in a proxy: HAR, .mitm, our own lines."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bench.inspect_memory import BEGIN, SLOT, entries
from bench.traffic import Kiosk, opened
from harness.domain.evidence import Evidence
from harness.domain.recording import AnyEvent, Exchange, RecordingClosed


def write_har(path: Path, count: int) -> None:
    """Write a capture of *count* exchanges."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "entries": [\n')
        for number, text in enumerate(entries(count)):
            file.write((",\n" if number else "") + text)
        file.write("\n]}}\n")


def write_mitm(path: Path, count: int) -> None:
    """Write the same as mitmproxy does."""
    from mitmproxy.io import FlowWriter

    with path.open("wb") as file:
        writer: Any = FlowWriter(file)  # type: ignore[no-untyped-call] # it has no types
        for text in entries(count):
            writer.add(_flow(json.loads(text)))


def _flow(entry: dict[str, Any]) -> Any:
    from mitmproxy import connection, http

    at = datetime.fromisoformat(entry["startedDateTime"]).timestamp()
    asked, answered = entry["request"], entry["response"]
    body = asked["postData"]["text"]
    flow = http.HTTPFlow(
        connection.Client(
            peername=("127.0.0.1", 40_000), sockname=("127.0.0.1", 8080), timestamp_start=at
        ),
        connection.Server(address=("127.0.0.1", 8480)),
    )
    kind = http.Headers(content_type="application/json")
    flow.request = http.Request.make(asked["method"], asked["url"], body, kind)
    flow.request.timestamp_start = flow.request.timestamp_end = at
    text = answered["content"]["text"]
    flow.response = http.Response.make(answered["status"], text, kind)
    flow.response.timestamp_start = flow.response.timestamp_end = at + 0.012
    return flow


def write_jsonl(path: Path, count: int) -> None:
    """Write a capture of *count* exchanges as a recording of ours."""
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for event in _recorded(count):
            file.write(encode(event) + b"\n")


def _recorded(count: int) -> Iterator[AnyEvent]:
    kiosks = [Kiosk(number) for number in range(min(1_000, count))]
    evidence = (Evidence.ENVELOPE, Evidence.MESSAGE)
    yield msgspec.structs.replace(opened(), source="capture", evidence=evidence)
    made, tick = 0, 0
    while made < count:
        begin = BEGIN.astimezone(UTC) + tick * SLOT
        for kiosk in kiosks[: count - made]:
            at = begin + kiosk.number * timedelta(milliseconds=100)
            yield from _heard(kiosk, at, tick)
            made += 1
        tick += 1
    yield RecordingClosed(at=BEGIN + tick * SLOT, settled=False)


def _heard(kiosk: Kiosk, at: datetime, tick: int) -> Iterator[AnyEvent]:
    """Yield the one request that *kiosk* makes at a tick."""
    done = kiosk.start(at) if tick == 0 else kiosk.submit(at, kiosk.closed(at))
    for event in done:
        if isinstance(event, Exchange):
            yield msgspec.structs.replace(event, device=None, stored=None, answered_at=at)
    list(kiosk.scan(at, 0))
