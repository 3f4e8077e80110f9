"""Captures of what the active suite has recorded, as different tools would write them."""

import base64
import io
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

import msgspec
import pytest
from mitmproxy import connection, http
from mitmproxy.io import FlowWriter

from harness.documents.wire_profile import load_profile
from harness.domain.message import Grant, Receipt, Refusal
from harness.domain.recording import AnyEvent, Exchange
from harness.recordings.reader import read_recording
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import find_case_files, load_cases
from harness.suite.stage import set_stage
from harness.suite.workshop import Workshop

ROOT = Path(__file__).parents[2]
CASES = {
    case.id: case
    for file in find_case_files(ROOT / "cases")
    for case in load_cases(file, ROOT / "cases", frozenset(RULES_BY_ID))
}

#: Virtual time of a recording stands still while a request is answered.
TOOK = timedelta(milliseconds=20)
PROFILE = load_profile("open-json", Path())


def answer_of(event: Exchange) -> bytes:
    match event.answer:
        case Grant() as grant:
            return PROFILE.render_grant(grant, "t").body
        case Refusal() as refusal:
            return PROFILE.render_refusal(refusal).body
        case Receipt():
            return PROFILE.render_receipt(1).body
    return b"{}"


def exchanges_of(events: Iterable[AnyEvent]) -> list[Exchange]:
    """The exchanges, one after another: in virtual time many fall on one instant."""
    spread: list[Exchange] = []
    for event in events:
        if isinstance(event, Exchange):
            free = spread[-1].at + 2 * TOOK if spread else event.at
            spread.append(msgspec.structs.replace(event, at=max(event.at, free)))
    return spread


def url_of(event: Exchange) -> str:
    """Where it went: the path of a stray request is that on its host."""
    base = event.base or "http://127.0.0.1:1"
    return f"{base}{event.path}" if event.kind else urljoin(base, event.path)


def har_entry(event: Exchange, **rest: Any) -> dict[str, Any]:
    """One entry as a browser writes it."""
    entry = {
        "startedDateTime": event.at.isoformat(),
        "time": TOOK / timedelta(milliseconds=1),
        "request": {
            "method": event.method,
            "url": url_of(event),
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": event.body or ""},
        },
        "response": {
            "status": event.status or 0,
            "headers": [],
            "content": {"mimeType": "application/json", "text": answer_of(event).decode()},
        },
    }
    return {**entry, **rest}


def har_of(entries: Iterable[Any]) -> bytes:
    log = {"version": "1.2", "creator": {"name": "t", "version": "1"}}
    return json.dumps({"log": {**log, "entries": list(entries)}}).encode()


def charles_entry(event: Exchange) -> dict[str, Any]:
    """Charles writes base64 bodies, local times, and a status of its own."""
    entry = har_entry(event, _charlesStatus="COMPLETE" if event.status else "FAILED")
    content = entry["response"]["content"]
    content["text"] = base64.b64encode(content["text"].encode()).decode()
    content["encoding"] = "base64"
    local = event.at.astimezone(tz=None).isoformat(timespec="milliseconds")
    return {**entry, "startedDateTime": local, "time": int(entry["time"])}


def proxyman_entry(event: Exchange) -> dict[str, Any]:
    """Proxyman leaves out what it has not got: an answer, or the time that it took."""
    entry = har_entry(event, _isHTTPS=False, _id=1)
    del entry["time"]
    if not event.status:
        del entry["response"]
    return entry


def mitmproxy_entry(event: Exchange) -> dict[str, Any]:
    """Mitmproxy's own writer leaves the text out where there is no body."""
    entry = har_entry(event, serverIPAddress="127.0.0.1", timings={"send": 0})
    entry["request"]["queryString"] = []
    return entry


def mitm_flow(event: Exchange, number: int) -> http.HTTPFlow:
    host, _, port = (event.base or "http://127.0.0.1:1").split("//")[1].partition(":")
    at = event.at.timestamp()
    client = connection.Client(
        peername=("127.0.0.1", 1000 + number), sockname=("127.0.0.1", 1), id=f"c{number}"
    )
    server = connection.Server(address=(host, int(port.partition("/")[0])))
    flow = http.HTTPFlow(client, server)
    flow.request = http.Request.make(
        event.method, url_of(event), (event.body or "").encode()
    )
    flow.request.timestamp_start = flow.request.timestamp_end = at
    if event.status:
        flow.response = http.Response.make(event.status, answer_of(event))
        flow.response.timestamp_start = at
        flow.response.timestamp_end = at + TOOK.total_seconds()
    else:
        flow.error = http.Error("connection closed", at + TOOK.total_seconds())
    return flow


def mitm_of(events: Iterable[Exchange]) -> bytes:
    file = io.BytesIO()
    writer = FlowWriter(file)
    for number, event in enumerate(events):
        writer.add(mitm_flow(event, number))
    return file.getvalue()


DIALECTS: dict[str, Callable[[list[Exchange]], bytes]] = {
    "browser.har": lambda events: har_of(map(har_entry, events)),
    "charles.har": lambda events: har_of(map(charles_entry, events)),
    "proxyman.har": lambda events: har_of(map(proxyman_entry, events)),
    "mitmproxy.har": lambda events: har_of(map(mitmproxy_entry, events)),
    "flows.mitm": mitm_of,
}


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Play a case with an SDK that comes with us, once, and return its recording."""
    known: dict[tuple[str, str], Path] = {}

    def play(sdk: str, case_id: str) -> Path:
        if (sdk, case_id) not in known:
            out = tmp_path_factory.mktemp("run")
            stage = set_stage(ROOT / f"sdks/{sdk}.yaml", "dls", out)
            workshop = Workshop(stage)
            try:
                report = workshop.perform(CASES[case_id])
            finally:
                workshop.close()
            assert report.case.recording, report.case.reason
            known[sdk, case_id] = out / report.case.recording
        return known[sdk, case_id]

    return play


@pytest.fixture
def capture_as(tmp_path: Path) -> Callable[[Path, str], Path]:
    """Write the exchanges of a recording as another tool would have captured them."""

    def write(recording: Path, dialect: str) -> Path:
        events = exchanges_of(read_recording(recording))
        path = tmp_path / f"{recording.stem}.{dialect}"
        path.write_bytes(DIALECTS[dialect](events))
        return path

    return write


@pytest.fixture
def entries() -> Any:
    """What tests that build a HAR file of their own need."""

    def har(recording: Path) -> list[dict[str, Any]]:
        return [har_entry(event) for event in exchanges_of(read_recording(recording))]

    return SimpleNamespace(har=har, har_of=har_of)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def bounded() -> Callable[[str, str], None]:
    """Run a program that may have 1 GB of memory; it prints what is expected."""

    def run(program: str, expected: str) -> None:
        limit = "import resource as r; r.setrlimit(r.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        command = [sys.executable, "-c", limit + textwrap.dedent(program)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ended.stdout.strip(), ended.returncode) == (expected, 0), ended.stderr

    return run
