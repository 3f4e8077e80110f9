"""``dlscheck serve``: from its greeting to its summary."""

import json
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).parent / "dlscheck"
REPORT = {
    "timeLabel": "2026-03-01T08:00:00Z",
    "handshakeCode": "200001-demo",
    "clientUuid": "a",
    "usage": [{"type": "QR_CODE", "count": 2}],
}


@dataclass
class Serving:
    process: subprocess.Popen[str]
    greeting: dict[str, str]

    def ask(self, path: str, said: Any = None, method: str | None = None) -> Any:
        body = None if said is None else json.dumps(said).encode()
        headers = {"Content-Type": "application/json"}
        url = self.greeting["main"] + path
        asked = urllib.request.Request(url, body, headers, method=method)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)

    def next_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip()

    def end(self, number: signal.Signals) -> str:
        """Send a signal, and return the last line that the command wrote."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        assert (self.process.returncode, err) == (0, "")
        return out.splitlines()[-1]


@contextmanager
def _serving(*arguments: object) -> Iterator[Serving]:
    process = subprocess.Popen(
        [str(COMMAND), "serve", "--port", "0", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        greeting: dict[str, str] = {}
        assert process.stdout is not None
        while "try" not in greeting:
            name, _, told = process.stdout.readline().partition(" ")
            assert name, process.stderr and process.stderr.read()
            greeting[name] = told.strip()
        yield Serving(process, greeting)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def serving() -> Callable[..., Any]:
    return _serving


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_any_file(serving, number) -> None:
    """It runs without a file, says what to try, and sums up when it is told to end."""
    with serving() as served:
        command = shlex.split(served.greeting["try"])
        answer = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
        assert json.loads(answer.stdout)["authorized"] is True
        served.ask("/dls/usage", {"reports": [REPORT]})
        assert served.end(number) == (
            f"ended by {number.name}: 2 requests, of which 1 for authorisation and 1 with "
            "usage; 2 units are stored"
        )


def test_https(serving) -> None:
    """With --tls it tells which certificate to trust, and takes it away in the end."""
    with serving("--tls", "--standby-port", "0") as served:
        assert served.greeting["standby"].startswith("https://")
        trusted = Path(served.greeting["trust"])
        command = shlex.split(served.greeting["try"])
        answer = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
        assert json.loads(answer.stdout)["authorized"] is True
        served.end(signal.SIGTERM)
        assert not trusted.exists()


def test_reads_its_file_again(serving, tmp_path) -> None:
    """SIGHUP brings what the file says now; what is wrong with it is told."""
    path = tmp_path / "mock.yaml"
    path.write_text("seed: 1\n")
    with serving(path) as served:
        served.ask("/dls/usage", {"reports": [REPORT]})
        path.write_text("seed: 2\nfaults: [usage status=503]\n")
        served.process.send_signal(signal.SIGHUP)
        assert served.next_line() == (
            "read again; changed: faults; only a restart changes: seed"
        )
        assert served.ask("/__dls__/overview")["units"] == 2
        path.write_text("sead: 2\n")
        served.process.send_signal(signal.SIGHUP)
        assert served.process.stderr is not None
        assert "mock.yaml:1: sead" in served.process.stderr.readline()
        assert len(served.ask("/__dls__/faults")) == 1


def test_keeps_what_it_took_in(serving, tmp_path) -> None:
    """With --db, the next server goes on from there."""
    db = tmp_path / "mock.db"
    with serving("--db", db, "--power-safe") as served:
        served.ask("/dls/usage", {"reports": [REPORT]})
    with serving("--db", db) as served:
        assert served.ask("/__dls__/ledger")["units"] == {"200001-demo": 2}


def test_another_dialect(serving) -> None:
    """With another wire profile it speaks that."""
    profile = Path(__file__).parents[1] / "wire" / "acme.yaml"
    with serving("--wire", profile) as served:
        assert served.greeting["try"] == f"curl {served.greeting['main']}/v2/ping"
        assert served.ask("/v2/ping") == {"status": "up"}


def test_wrong_files(here, tmp_path) -> None:
    """A file that is wrong is told in one message, with the line."""
    path = tmp_path / "mock.yaml"
    path.write_text("wrold: {}\n")
    ended = here("serve", path)
    assert ended.code == 2
    assert "mock.yaml:1: wrold: unknown key 'wrold'; Did you mean 'world'?" in ended.message
    ended = here("serve", "--port", "0", "--db", tmp_path)
    assert (ended.code, "--db" in ended.message) == (2, True)


def test_a_port_that_is_taken(here) -> None:
    """A port that somebody else has is told, with the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = here("serve", "--port", taken.getsockname()[1])
    assert ended.code == 2
    assert "Address already in use; choose another --port" in ended.message
