"""A mock with its pages, a browser that visits them, and SDKs that give them a story."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_server.library.running import Mock, running_mock

ROOT = Path(__file__).parents[3]
#: Pages ask less often where answers take long, as they do on a busy machine.
expect.set_options(timeout=30_000)

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)


def written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@pytest.fixture
def mock() -> Iterator[Mock]:
    """A mock whose clock stands at the first of March."""
    with running_mock() as mock:
        mock.freeze(NOW)
        yield mock


@pytest.fixture
def post(mock: Mock) -> Callable[..., int]:
    """Post a message as a client would, and return the status of the answer."""

    def send(path: str, said: Any, below: str = "") -> int:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        with urlopen(Request(f"{mock.url}{below}{path}", body)) as answer:
            status: int = answer.status
            return status

    return send


@pytest.fixture
def report(post: Callable[..., int]) -> Callable[..., int]:
    """Report usage of one slot."""

    def send(units: int = 1, below: str = "", **changes: Any) -> int:
        told = {
            "timeLabel": "2026-03-01T08:00:00Z",
            "handshakeCode": "200001-demo",
            "clientUuid": "c0ffee",
            "usage": [{"type": "QR_CODE", "count": units}],
            **changes,
        }
        return post("/dls/usage", {"reports": [told]}, below)

    return send


class Sdk:
    """The reference SDK on a device of its own, driven as the contract says."""

    def __init__(self, cache: Path, server: str, code: str) -> None:
        self.now = NOW
        self._settings = {
            "cacheDir": str(cache),
            "servers": [server],
            "handshakeCode": code,
        }
        self._process = subprocess.Popen(
            [sys.executable, "driver.py"],
            cwd=ROOT / "sdks/reference",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self) -> bool:
        """Start a session, and tell whether it was authorised."""
        authorized: bool = self._ask("start", now=self.now, **self._settings)["authorized"]
        return authorized

    def decode(self, count: int, symbology: str = "QR_CODE") -> None:
        told = {"kind": "decode", "type": symbology, "count": count, "success": True}
        self._ask("operate", now=self.now, **told)

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)
        self._ask("advance", to=self.now)

    def stop(self) -> None:
        self._ask("stop")

    def _ask(self, method: str, **params: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self._process.stdin.write(json.dumps(request, default=written).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())["result"]


@pytest.fixture
def sdk(mock: Mock, tmp_path: Path) -> Callable[..., Sdk]:
    """Return what runs the reference SDK on a new device."""

    def run(name: str, code: str = "200001-demo") -> Sdk:
        cache = tmp_path / name
        cache.mkdir()
        return Sdk(cache, mock.url, code)

    return run


@pytest.fixture
def visit(chromium: Browser, mock: Mock) -> Iterator[Callable[..., Page]]:
    """
    Open a page of the mock; errors of its scripts, and requests elsewhere, fail the test.

    *is_checked*: whether what the browser says in its console fails the test too.
    """
    contexts, problems, asked = [], [], []

    def open_one(
        path: str = "",
        width: int = 1280,
        at: str | None = None,
        is_checked: bool = True,
        **rest: Any,
    ) -> Page:
        size = {"width": width, "height": 900}
        contexts.append(chromium.new_context(viewport=size, **rest))
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        if is_checked:
            page.on("console", lambda told: problems.append(told.text))
        page.goto(f"{at or mock.url}/__dls__/pages/{path}")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []
