"""Tests of the mitmproxy add-on: a real proxy between a client and the mock server."""

import asyncio
import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
from mitmproxy import http as mitm_http
from mitmproxy.io import FlowReader

from harness.capture import mitmproxy_script
from harness.capture.inspection import AUTO, inspect_capture, open_capture
from harness.capture.parts import parts_in
from harness.capture.summary import summary_of
from harness.capture.told import Told
from harness.documents.wire_profile import load_profile
from harness.domain.clock import VirtualClock
from harness.rules.tally import joined
from harness.suite.portion import portion_of
from mock_server import DEFAULT_WORLD, MockDls

SCRIPT = Path(mitmproxy_script.__file__)
CODE = "200001-demo"
BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
#: A machine with much to do takes its time to load a proxy.
PATIENCE = 120


class Mock(threading.Thread):
    """The mock server, in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.url = ""
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        profile = load_profile("open-json", Path())
        clock = VirtualClock(BEGIN)
        async with MockDls(profile, DEFAULT_WORLD, clock, lambda _: None) as mock:
            self.url = await mock.open_site("a")
            self._ready.set()
            await self._end.wait()

    def __enter__(self) -> Self:
        self.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self.join(PATIENCE)


class Proxy:
    """One mitmdump with the add-on, listening on a free port of loopback."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.saved, self.recorded = folder / "flows.mitm", folder / "live.jsonl"
        command = [str(Path(sys.executable).parent / "mitmdump"), "-s", str(SCRIPT)]
        command += ["--listen-host", "127.0.0.1", "--listen-port", "0"]
        command += ["--set", f"confdir={folder / 'conf'}", "-w", str(self.saved)]
        command += ["--set", f"dls_record={self.recorded}", *options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self.said = ""
        self._heard = threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        found = re.search(
            r"listening at 127\.0\.0\.1:(\d+)", self.await_words("listening at")
        )
        assert found
        self.port = int(found[1])

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._heard:
                self.said += line
                self._heard.notify_all()
        self._process.stdout.close()

    def await_words(self, words: str) -> str:
        """Wait until it has said *words*, and return all that it has said."""
        with self._heard:
            assert self._heard.wait_for(lambda: words in self.said, PATIENCE), self.said
            return self.said

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        self._process.send_signal(how)
        code = self._process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        return code

    def post(self, url: str, content: Any, method: str = "POST") -> int:
        """Send one request through it as a client that knows of the proxy does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, url, json.dumps(content))
            return connection.getresponse().status
        finally:
            connection.close()


def asked(**fields: Any) -> dict[str, Any]:
    return {"clientUuid": "u-1", "handshakeCode": CODE, "generation": "dls", **fields}


def usage(slots_ago: int = 3, off_by: int = 0) -> dict[str, Any]:
    """Two units of a slot that closed a while ago: a proxy's clock is the real one."""
    now = datetime.now(UTC)  # noqa: TID251
    slot = now.timestamp() // 180 * 180 - slots_ago * 180 + off_by
    label = datetime.fromtimestamp(slot, UTC).isoformat()
    entry = {"type": "QR_CODE", "count": 2}
    report = {"timeLabel": label, "handshakeCode": CODE, "clientUuid": "u-1"}
    return {"reports": [{**report, "usage": [entry]}]}


def talk(post: Callable[..., int], url: str) -> int:
    """What a faulty client says: seven messages, four of them wrong."""
    first = usage()
    spoken: list[tuple[str, Any, str]] = [
        ("authorization", asked(), "POST"),
        ("authorization", {"handshakeCode": CODE}, "POST"),
        ("usage", first, "POST"),
        ("usage", first, "POST"),
        ("usage", usage(10, off_by=7), "POST"),
        ("usage", usage(20), "PUT"),
        ("usage", usage(30), "POST"),
    ]
    for kind, content, method in spoken:
        post(f"{url}/dls/{kind}", content, method)
    return len(spoken)


WRONG = {
    1: "auth/carries-client-uuid",
    3: "submit/removed-once-accepted",
    4: "slot/on-the-grid",
    5: "submit/by-post",
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock() as running:
        yield running


def offline(path: Path) -> str:
    with open_capture(str(path), AUTO, ()) as reading:
        inspection = inspect_capture(reading, Told(), None, case="live")
    return summary_of(inspection.judgement, inspection.findings.messages)


def test_live_and_offline(mock: Mock, tmp_path: Path) -> None:
    """Verdicts are the same live, from the saved flows and from our own recording."""
    proxy = Proxy(tmp_path, "--set", "dls_fail_on=must")
    talk(proxy.post, mock.url)
    proxy.post("http://127.0.0.1:1/elsewhere", {})
    assert proxy.end() == 1
    live = proxy.said[proxy.said.index("DLS: 7 licensing messages") :].strip()
    assert offline(proxy.saved) == live
    assert offline(proxy.recorded) == live
    assert all(f"violated: {rule}" in live for rule in WRONG.values())
    with proxy.saved.open("rb") as file:
        flows = [f for f in FlowReader(file).stream() if isinstance(f, mitm_http.HTTPFlow)]
    marked = {number: flow.comment for number, flow in enumerate(flows) if flow.marked}
    assert set(marked) == set(WRONG)
    assert all(rule in marked[number] for number, rule in WRONG.items())


def test_killed(mock: Mock, tmp_path: Path) -> None:
    """A proxy that is killed has recorded whatever was answered."""
    proxy = Proxy(tmp_path)
    count = talk(proxy.post, mock.url)
    proxy.end(signal.SIGKILL)
    lines = proxy.recorded.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + count
    assert f"DLS: {count} licensing messages" in offline(proxy.recorded)


def test_recording_in_parts(mock: Mock, tmp_path: Path) -> None:
    """Each exchange is in its part once it was answered; all of them are judged as one."""
    proxy = Proxy(tmp_path, "--set", "dls_partitions=3")
    count = talk(proxy.post, mock.url)
    parts = parts_in(proxy.recorded)
    exchanges = [part.read_text(encoding="utf-8").count("\n") - 1 for part in parts]
    assert exchanges == [count - 1, 0, 1]
    assert proxy.end() == 0
    tally = joined([portion_of(str(part), is_part=True).tally for part in parts])
    assert {name for name, rule in tally.rules.items() if rule.findings} == set(
        WRONG.values()
    )


def test_reverse_and_upstream(mock: Mock, tmp_path: Path) -> None:
    """In front of a server, and in front of another proxy, the same is seen."""
    (tmp_path / "reverse").mkdir()
    (tmp_path / "upstream").mkdir()
    reverse = Proxy(tmp_path / "reverse", "--mode", f"reverse:{mock.url}")
    upstream = Proxy(
        tmp_path / "upstream", "--mode", f"upstream:http://127.0.0.1:{reverse.port}"
    )
    talk(upstream.post, mock.url)
    assert upstream.end() == 0
    assert reverse.end() == 0
    found = [re.findall(r"violated: (\S+)", proxy.said) for proxy in (upstream, reverse)]
    assert set(found[0]) == set(found[1]) == set(WRONG.values())


def test_redacted_recording(mock: Mock, tmp_path: Path) -> None:
    """A recording without secrets is judged like one with them."""
    proxy = Proxy(tmp_path, "--set", "dls_redact=true")
    secrets = ["u-1", CODE, "QR-secret", mock.url]
    proxy.post(f"{mock.url}/dls/authorization", asked(alias="QR-secret"))
    talk(proxy.post, mock.url)
    assert proxy.end() == 0
    text = proxy.recorded.read_text(encoding="utf-8")
    assert not [secret for secret in secrets if secret in text]
    violated = re.findall(r"violated: (\S+)", offline(proxy.recorded))
    assert set(violated) == set(WRONG.values())


def test_client_that_does_not_trust(mock: Mock, tmp_path: Path) -> None:
    """A client that does not trust the proxy's CA is named: its traffic is not seen."""
    proxy = Proxy(tmp_path)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE) as plain:
        host = mock.url.removeprefix("http://")
        plain.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert b"200" in plain.recv(4096)
        context = ssl.create_default_context()
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(plain, server_hostname="dls.example")
    said = proxy.await_words("does not trust mitmproxy's certificate for dls.example")
    assert "its traffic is not seen" in said
    proxy.end()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("dls_profile=nope", "unknown wire profile 'nope'"),
        ("dls_generation=dlz", "unknown generation 'dlz'"),
        ("dls_expect=code=1", "unknown setting 'code'"),
    ],
)
def test_wrong_options(option: str, said: str) -> None:
    """A wrong option ends the proxy before it runs, with what is wrong."""
    command = [str(Path(sys.executable).parent / "mitmdump"), "-s", str(SCRIPT)]
    ended = subprocess.run(
        [*command, "--listen-port", "0", "--set", option],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert ended.returncode != 0
    assert said in ended.stdout + ended.stderr
