"""A stage for the mock: a virtual clock, the events it tells, and raw clients."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import uvloop

from harness.documents.wire_profile import load_profile
from harness.domain.clock import VirtualClock
from harness.domain.generation import DLS
from harness.domain.message import AuthorizationRequest, Report, Usage, UsageSubmission
from harness.domain.recording import Exchange
from mock_server import (
    DEFAULT_WORLD,
    HandshakeCode,
    LicenceItem,
    MockDls,
    Organization,
    World,
    check,
)
from mock_server.ledger.entry import AnswerLost, AnyEntry, Confirmed
from mock_server.ledger.ledger import Ledger
from mock_server.licensing.pair import Pair
from mock_server.licensing.state import State
from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import Listening, StandAlone
from mock_server.serving.store import SqliteStore

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


async def _act(story: Story, world: World, seed: int, clock: Any) -> Stage:
    noise: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: noise.append(about))
    clock, events = clock or VirtualClock(BEGIN), []
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

    def run(
        story: Story, world: World = DEFAULT_WORLD, seed: int = 0, clock: Any = None
    ) -> Stage:
        with asyncio.Runner(loop_factory=factory[request.param]) as runner:
            return runner.run(_act(story, world, seed, clock))

    return run


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    """Return what writes a submission of one report."""
    return usage


class Desk:
    """The pure core of a mock: a pair of servers, asked and told without a socket."""

    def __init__(self, world: World) -> None:
        check(world)
        self.pair = Pair(world)
        self.entries: list[AnyEntry] = []
        self.now = BEGIN

    @property
    def state(self) -> State:
        return self.pair.state()

    @property
    def ledger(self) -> Ledger:
        return self.state.ledger

    def tell(self, entry: AnyEntry) -> int:
        self.entries.append(entry)
        return self.pair.apply(entry)

    def at(self, **later: float) -> "Desk":
        """Let it be so much later than the beginning."""
        self.now = BEGIN + timedelta(**later)
        return self

    def ask(self, client: str = "u", server: Any = "main", **fields: Any) -> Any:
        """Ask for authorisation, which is carried out, and return the answer."""
        is_main_up = fields.pop("is_main_up", True)
        request = AuthorizationRequest(client_uuid=client, **fields)
        decision = self.pair.decide(request, self.now, server, is_main_up=is_main_up)
        if decision.entry is not None:
            self.tell(decision.entry)
        return decision.answer

    def code(self, client: str = "u", **fields: Any) -> int | None:
        """Ask for authorisation, and return the server code of the refusal, if any."""
        return getattr(self.ask(client, **fields), "code", None)

    def report(
        self,
        units: int = 1,
        client: str = "u",
        slot: datetime | None = None,
        *,
        is_lost: bool = False,
        **fields: Any,
    ) -> int:
        """Report usage of one slot, which is answered unless *is_lost*."""
        server = fields.pop("server", "main")
        usage = (Usage(type=fields.pop("type", "QR_CODE"), count=units),)
        label = slot or DLS.slot_of(self.now)
        named = {"handshake_code": "o-a", **fields}
        report = Report(client_uuid=client, time_label=label, usage=usage, **named)
        message = UsageSubmission(reports=(report,))
        entry = self.pair.decide(message, self.now, server, is_main_up=False).entry
        assert entry is not None
        number = self.tell(entry)
        ended = AnswerLost if is_lost else Confirmed
        self.tell(ended(at=self.now, number=number, server=server))
        return number


def one_item(*items: LicenceItem, **world: Any) -> World:
    """A world of one organization ``o``, whose one code ``o-a`` has *items* behind it."""
    behind = tuple(item.id for item in items)
    code = HandshakeCode(code="o-a", organization="o", items=behind)
    return World(
        organizations=(Organization(id="o", default="o-a"),),
        handshake_codes=(code,),
        licence_items=items,
        **world,
    )


@pytest.fixture
def desk() -> Callable[..., Desk]:
    """Return what makes a desk for a world, or for licence items behind one code."""

    def make(*parts: World | LicenceItem, **world: Any) -> Desk:
        if len(parts) == 1 and isinstance(parts[0], World):
            return Desk(parts[0])
        return Desk(one_item(*parts, **world))  # type: ignore[arg-type]

    return make


@dataclass
class Told:
    status: int
    text: str
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        message: str = self.json["error"]["message"]
        return message


@dataclass
class Office:
    """A running server and a client of its."""

    server: StandAlone
    http: aiohttp.ClientSession

    async def ask(self, method: str, path: str, said: Any = None, **headers: str) -> Told:
        """Ask the admin API, or whatever path begins with a slash; bytes are sent raw."""
        root = self.server.admin_url
        url = root.removesuffix("/__dls__") + path if path[0] == "/" else f"{root}/{path}"
        is_raw = said is None or isinstance(said, bytes)
        body = said if is_raw else json.dumps(said).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        async with self.http.request(method, url, data=body, headers=headers) as answer:
            return Told(answer.status, await answer.text(), answer.headers)

    async def report(self, units: int = 2, below: str = "", **changes: Any) -> Told:
        report = {
            "timeLabel": "2026-03-01T08:00:00Z",
            "handshakeCode": "200001-demo",
            "clientUuid": "c0ffee",
            "usage": [{"type": "QR_CODE", "count": units}],
            **changes,
        }
        return await self.ask("POST", f"{below}/dls/usage", {"reports": [report]})

    async def authorize(self, below: str = "", **changes: Any) -> Told:
        asked = {"clientUuid": "c0ffee", "handshakeCode": "200001-demo", **changes}
        return await self.ask("POST", f"{below}/dls/authorization", asked)


async def _run(
    story: Callable[[Office], Awaitable[None]],
    settings: Settings,
    listening: Listening,
    db: Path | None,
    reread: Callable[[], Settings] | None,
) -> None:
    store = SqliteStore(db) if db else None
    server = StandAlone(PROFILE, settings, listening, store, reread)
    connector = aiohttp.TCPConnector(ssl=False)
    async with server, aiohttp.ClientSession(connector=connector) as http:
        await story(Office(server, http))
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not others, "tasks are left"


@pytest.fixture
def tell() -> Callable[..., None]:
    """Return what tells a story to a stand-alone mock of its own."""

    def run(
        story: Callable[[Office], Awaitable[None]],
        settings: Settings = Settings(),  # noqa: B008  it cannot be changed
        listening: Listening = Listening(),  # noqa: B008  it cannot be changed
        db: Path | None = None,
        reread: Callable[[], Settings] | None = None,
    ) -> None:
        asyncio.run(_run(story, settings, listening, db, reread))

    return run
