"""A stage for the mock: a virtual clock, the events it tells, and raw clients."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvloop

from harness.documents.wire_profile import load_profile
from harness.domain.clock import VirtualClock
from harness.domain.recording import Exchange
from mock_server import DEFAULT_WORLD, MockDls, World

BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
PROFILE = load_profile("open-json", Path())


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection, which writes and reads plain bytes."""

    def __init__(
        self, url: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.prefix = urlsplit(url).path
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, url: str) -> "Client":
        parts = urlsplit(url)
        return cls(url, *await asyncio.open_connection(parts.hostname, parts.port))

    def write(self, method: str, path: str, body: bytes = b"", headers: str = "") -> None:
        head = f"{method} {self.prefix}{path} HTTP/1.1\r\nHost: mock\r\n{headers}"
        if body or method == "POST":
            head += f"Content-Length: {len(body)}\r\n"
        self.writer.write(f"{head}\r\n".encode() + body)

    async def read_reply(self) -> Reply:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        size = int(headers.get("Content-Length", 0))
        body = await self.reader.readexactly(size)
        return Reply(int(first.split()[1]), headers, body)

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: str = ""
    ) -> Reply:
        self.write(method, path, body, headers)
        return await self.read_reply()

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):  # a reset was the point of it
            await self.writer.wait_closed()


@dataclass
class Stage:
    mock: MockDls
    clock: VirtualClock
    events: list[Any] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    profile = PROFILE

    @staticmethod
    def usage_body() -> bytes:
        return json.dumps(usage()).encode()

    async def connect(self, url: str) -> Client:
        client = await Client.connect(url)
        self.clients.append(client)
        return client

    async def ask(
        self, url: str, method: str, path: str, body: bytes = b"", headers: str = ""
    ) -> Reply:
        """Ask by a connection of its own."""
        client = await self.connect(url)
        return await client.ask(method, path, body, headers)

    async def post(self, url: str, path: str, message: Any) -> Reply:
        return await self.ask(url, "POST", path, json.dumps(message).encode())

    async def authorize(self, url: str, **changes: Any) -> Reply:
        return await self.post(url, "/dls/authorization", authorization(**changes))

    async def report(self, url: str, count: int = 2, **changes: Any) -> Reply:
        return await self.post(url, "/dls/usage", usage(count, **changes))

    @property
    def exchanges(self) -> list[Exchange]:
        return [event for event in self.events if isinstance(event, Exchange)]

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the loop turn until *condition* holds."""
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0)


def authorization(**changes: Any) -> dict[str, Any]:
    return {"clientUuid": "c0ffee", "handshakeCode": "200001-demo", **changes}


def usage(count: int = 2, **changes: Any) -> dict[str, Any]:
    report = {
        "timeLabel": "2026-03-01T08:00:00Z",
        "handshakeCode": "200001-demo",
        "clientUuid": "c0ffee",
        "usage": [{"type": "QR_CODE", "count": count}],
        **changes,
    }
    return {"reports": [report]}


Story = Callable[[Stage], Awaitable[None]]


async def _act(story: Story, world: World, seed: int) -> Stage:
    noise: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: noise.append(about))
    clock, events = VirtualClock(BEGIN), []
    stage = Stage(MockDls(PROFILE, world, clock, events.append, seed), clock, events)
    try:
        async with stage.mock:
            await story(stage)
    finally:
        for client in stage.clients:
            await client.close()
    await asyncio.sleep(0)
    assert not noise
    return stage


@pytest.fixture(params=["asyncio", "uvloop"])
def play(request: pytest.FixtureRequest) -> Callable[..., Stage]:
    """Return what runs a story on a stage of its own; the mock closes after it."""
    factory = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}

    def run(story: Story, world: World = DEFAULT_WORLD, seed: int = 0) -> Stage:
        with asyncio.Runner(loop_factory=factory[request.param]) as runner:
            return runner.run(_act(story, world, seed))

    return run


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    """Return what writes a submission of one report."""
    return usage
