"""Most requests are answered in the turn in which they come; the others lose nothing."""

import asyncio
import json

import pytest

from mock_server import MockDls
from mock_server.serving.stand_alone import StandAlone
from tests.mock_server.conftest import Client, Stage

HEALTH = "/dls/health"
USAGE = "/dls/usage"


@pytest.fixture
def served(monkeypatch) -> list[str]:
    """Return the targets of the requests that took a task to answer."""
    targets: list[str] = []
    for responder in (MockDls, StandAlone):
        serve = responder.serve

        def note(self, address, request, serve=serve):
            targets.append(request.raw_path)
            return serve(self, address, request)

        monkeypatch.setattr(responder, "serve", note)
    return targets


def test_whole_request_takes_no_task(play, served) -> None:
    """What comes whole, alone and undisturbed is answered without a task."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        for method, path, body in (
            ("POST", USAGE, stage.usage_body()),
            ("POST", "/dls/authorization", b"{}"),
            ("GET", HEALTH, b""),
            ("OPTIONS", USAGE, b""),
            ("GET", "/elsewhere", b""),
        ):
            await client.ask(method, path, body)

    assert len(play(story).events) == 5
    assert served == []


def test_tenant_takes_no_task_once_it_is_there(tell, served) -> None:
    """A named tenant comes to be in a task; after that its requests take none."""
    path = f"/t/joe{USAGE}"

    async def story(desk) -> None:
        for _ in range(3):
            assert (await desk.report(2, "/t/joe")).status == 200
        assert sum(desk.server.named("joe").mock.ledger.totals.values()) == 6

    tell(story)
    assert set(served) == {path}
    assert len(served) <= 2  # as a stand-alone server's, and as the tenant's own


def test_request_in_pieces(play, served) -> None:
    """A body that comes later than its head is waited for."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        body = stage.usage_body()
        head = f"POST {USAGE} HTTP/1.1\r\nHost: mock\r\nContent-Length: {len(body)}\r\n\r\n"
        client.writer.write(head.encode() + body[:20])
        await stage.until(lambda: stage.mock.in_flight == 1)
        client.writer.write(body[20:])
        assert (await client.read_reply()).json == {"accepted": True, "reports": 1}

    (exchange,) = play(story).events
    assert exchange.delivery.request_bytes > 20
    assert served == [USAGE]


def test_pipelined_requests_are_answered_in_order(play) -> None:
    """Requests that come together, and one right after them, are answered in order."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("GET", HEALTH)
        client.write("GET", "/elsewhere")
        await stage.until(lambda: bool(stage.events))
        client.write("POST", USAGE, stage.usage_body())
        replies = [await client.read_reply() for _ in range(3)]
        assert [reply.status for reply in replies] == [200, 404, 200]

    paths = [exchange.path for exchange in play(story).events]
    assert paths == [HEALTH, "/elsewhere", USAGE]


def test_continue_is_said_to_who_expects_it(play, served) -> None:
    """Who expects ``100 Continue`` gets it, even if the body is there already."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("POST", USAGE, stage.usage_body(), "Expect: 100-continue\r\n")
        assert (
            await client.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        )
        assert (await client.read_reply()).status == 200

    play(story)
    assert served == [USAGE]


def test_journal_reads_late_what_came(tell) -> None:
    """What a journal tells of an exchange long after it is what the exchange was."""

    async def story(desk) -> None:
        await desk.report(7)
        (entry,) = (await desk.ask("GET", "journal")).json["entries"]
        told = entry["exchange"]
        sent = json.loads(told["body"])
        assert sent["reports"][0]["usage"] == told["request"]["reports"][0]["usage"]
        assert (told["kind"], told["status"], told["stored"]) == ("usage", 200, True)

    tell(story)


def test_what_is_kept_takes_no_task_either(tell, served, tmp_path) -> None:
    """Whoever waits for his entry to be durable waits without a task."""

    async def story(desk) -> None:
        for _ in range(3):
            assert (await desk.report(2)).status == 200
        assert (await desk.ask("GET", "/dls/health")).status == 200

    tell(story, db=tmp_path / "mock.db")
    assert served == []


def test_client_that_goes_on_before_it_is_answered(tell, tmp_path) -> None:
    """Requests that come while an answer is owed are answered after it, in order."""
    path = f"{USAGE}?{'x' * 5000}"

    async def story(desk) -> None:
        client = await Client.connect(desk.server.urls["main"])
        mock = desk.server.tenant.mock
        client.write("POST", USAGE, Stage.usage_body())
        while not mock.in_flight:
            await asyncio.sleep(0)
        for _ in range(20):  # more than is held while an answer is owed
            client.write("POST", path, Stage.usage_body())
        client.write("GET", "/elsewhere")
        replies = [await client.read_reply() for _ in range(22)]
        assert [reply.status for reply in replies] == [200] * 21 + [404]
        await client.close()
        assert mock.in_flight == 0
        assert len(desk.server.tenant.journal) == 22

    tell(story, db=tmp_path / "mock.db")


def test_client_that_leaves_before_it_is_answered(tell, tmp_path) -> None:
    """A client that is gone by the time its entry is durable cannot know of it."""

    async def story(desk) -> None:
        client = await Client.connect(desk.server.urls["main"])
        mock = desk.server.tenant.mock
        client.write("POST", USAGE, Stage.usage_body())
        while not mock.in_flight:
            await asyncio.sleep(0)
        client.writer.transport.abort()
        while mock.in_flight:
            await asyncio.sleep(0)
        assert sum(mock.ledger.totals.values()) == 2

    tell(story, db=tmp_path / "mock.db")
