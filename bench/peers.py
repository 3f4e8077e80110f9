"""
What people use instead, fetched for one run and never kept; each with its journal on.

A peer is a command that serves on a port, and what has to be sent to it before it answers
the measured request.
"""

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.request import CONSTANT_ANSWER, PATH

_FETCHING_SECONDS = 300
_ANSWER = json.loads(CONSTANT_ANSWER)


class NotToBeHad(Exception):
    """A peer cannot be fetched or started here; the message says why."""


@dataclass(frozen=True)
class Setup:
    """A request that makes a peer answer: *path* is asked at the *admin* port."""

    method: str
    path: str
    body: object


@dataclass(frozen=True)
class Peer:
    """
    A mock server of somebody else's.

    Attributes:
        command: Given the folder, the port, and a second one for its admin API.
        setup: Given the port, what is to be sent, if anything.
        has_admin_port: Whether that goes to the second port.
    """

    name: str
    fetch: Callable[[Path], None]
    command: Callable[[Path, int, int], list[str]]
    setup: Callable[[int], Setup] | None = None
    has_admin_port: bool = False
    env: dict[str, str] = field(default_factory=dict)

    def prepare(self, port: int, admin_port: int) -> None:
        """Send what makes it answer."""
        if self.setup is None:
            return
        setup = self.setup(port)
        url = f"http://127.0.0.1:{admin_port if self.has_admin_port else port}{setup.path}"
        request = urllib.request.Request(
            url,
            json.dumps(setup.body).encode(),
            {"Content-Type": "application/json"},
            method=setup.method,
        )
        urllib.request.urlopen(request, timeout=30).close()


def _npm(package: str) -> Callable[[Path], None]:
    def fetch(folder: Path) -> None:
        archive = _run(["npm", "pack", "--silent", package], folder).strip()
        _run(["tar", "xzf", archive.splitlines()[-1]], folder)

    return fetch


def _npm_with_parts(package: str) -> Callable[[Path], None]:
    def fetch(folder: Path) -> None:
        _run(["npm", "install", "--silent", "--no-audit", "--no-fund", package], folder)

    return fetch


def _python(package: str) -> Callable[[Path], None]:
    def fetch(folder: Path) -> None:
        target = str(folder / "site")
        if shutil.which("uv"):
            _run(["uv", "pip", "install", "-q", "--target", target, package], folder)
        else:
            pip = [sys.executable, "-m", "pip", "install", "-q", "--target", target]
            _run([*pip, package], folder)

    return fetch


def _run(command: list[str], folder: Path) -> str:
    try:
        ended = subprocess.run(
            command,
            check=True,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=_FETCHING_SECONDS,
        )
    except FileNotFoundError as error:
        raise NotToBeHad(f"{command[0]} is not installed") from error
    except (subprocess.SubprocessError, OSError) as error:
        told = getattr(error, "stderr", None) or str(error)
        raise NotToBeHad(f"{' '.join(command)}: {told.strip()[-200:]}") from error
    return ended.stdout


def _jar(folder: Path) -> str:
    found = sorted(folder.rglob("*.jar"))
    if not found:
        raise NotToBeHad("there is no jar in its package")
    if shutil.which("java") is None:
        raise NotToBeHad("java is not installed")
    return str(found[0])


def _wiremock(folder: Path, port: int, _admin: int) -> list[str]:
    options = ["--port", str(port), "--bind-address", "127.0.0.1"]
    return ["java", "-jar", _jar(folder), *options, "--disable-banner"]


def _wiremock_setup(_port: int) -> Setup:
    answer = {"status": 200, "jsonBody": _ANSWER}
    mapping = {"request": {"method": "POST", "url": PATH}, "response": answer}
    return Setup("POST", "/__admin/mappings", mapping)


def _mockserver(folder: Path, port: int, _admin: int) -> list[str]:
    return ["java", "-jar", _jar(folder), "-serverPort", str(port), "-logLevel", "WARN"]


def _mockserver_setup(_port: int) -> Setup:
    expectation = {
        "httpRequest": {"method": "POST", "path": PATH},
        "httpResponse": {"statusCode": 200, "body": json.dumps(_ANSWER)},
    }
    return Setup("PUT", "/mockserver/expectation", expectation)


def _mountebank(folder: Path, _port: int, admin: int) -> list[str]:
    script = folder / "node_modules" / "@mbtest" / "mountebank" / "bin" / "mb"
    options = ["--port", str(admin), "--host", "127.0.0.1", "--nologfile"]
    return ["node", str(script), "start", *options, "--loglevel", "warn"]


def _mountebank_setup(port: int) -> Setup:
    answer = {"is": {"statusCode": 200, "body": json.dumps(_ANSWER)}}
    predicate = {"equals": {"method": "POST", "path": PATH}}
    imposter = {
        "port": port,
        "protocol": "http",
        "recordRequests": True,
        "defaultResponse": {"headers": {"Connection": "keep-alive"}},
        "stubs": [{"predicates": [predicate], "responses": [answer]}],
    }
    return Setup("POST", "/imposters", imposter)


_HTTPSERVER = f"""
import signal, sys
sys.path.insert(0, sys.argv[1])
from pytest_httpserver import HTTPServer
with HTTPServer("127.0.0.1", int(sys.argv[2]), threaded=True) as server:
    server.expect_request("{PATH}", method="POST").respond_with_json({_ANSWER!r})
    signal.pause()
"""


def _httpserver(folder: Path, port: int, _admin: int) -> list[str]:
    return [sys.executable, "-c", _HTTPSERVER, str(folder / "site"), str(port)]


PEERS = (
    Peer("WireMock", _npm("wiremock"), _wiremock, _wiremock_setup),
    Peer("MockServer", _npm("mockserver-node"), _mockserver, _mockserver_setup),
    Peer(
        "mountebank",
        _npm_with_parts("@mbtest/mountebank"),
        _mountebank,
        _mountebank_setup,
        has_admin_port=True,
    ),
    Peer("pytest-httpserver", _python("pytest-httpserver"), _httpserver),
)
