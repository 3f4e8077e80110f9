"""Requests to the mock and the events that it tells."""

import asyncio
import json
import socket
import time
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

import mock_server.connection
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    UsageSubmission,
)
from harness.domain.recording import Exchange, ServerTurned
from mock_server import (
    DEFAULT_WORLD,
    Fault,
    HandshakeCode,
    LicenceItem,
    MockDls,
    Organization,
    ValidationField,
    World,
)


def test_authorizes(play) -> None:
    """A known handshake code is answered with a grant for its validity."""

    async def story(stage) -> None:
        reply = await stage.authorize(await stage.mock.open_site("a"))
        assert reply.status == 200
        assert reply.json == {
            "authorized": True,
            "token": "token-1",
            "handshakeCode": "200001-demo",
            "licenceItemId": "item-200001-demo",
            "validUntil": "2026-03-08T08:00:30.000Z",
        }

    play(story)


def test_refuses(play) -> None:
    """An unknown handshake code is answered with status 403, code and text."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        reply = await stage.authorize(url, handshakeCode="nobody")
        assert reply.status == 403
        assert reply.json["error"]["code"] == 101
        assert reply.json["authorized"] is False

    stage = play(story)
    assert stage.last.answer.code == 101
    assert stage.last.stored is False


def test_stores_usage(play) -> None:
    """A submission is stored in the ledger and answered with a receipt."""

    async def story(stage) -> None:
        reply = await stage.report(await stage.mock.open_site("a"), 3)
        assert reply.status == 200
        assert reply.json == {"accepted": True, "reports": 1}
        assert stage.mock.ledger.totals == {"200001-demo": 3}

    play(story)


@pytest.mark.parametrize(
    "body", [{"reports": []}, {"reports": [{"usage": []}]}, {"reports": [{"count": 0}]}]
)
def test_takes_what_is_empty(play, message, body) -> None:
    """Empty lists and a zero count are answered with 200."""
    for report in body["reports"]:
        count = report.pop("count", None)
        full = message(0 if count == 0 else 1)["reports"][0]
        report.update({**full, **report})

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        assert (await stage.post(url, "/dls/usage", body)).status == 200
        assert sum(stage.mock.ledger.totals.values()) == 0

    play(story)


def test_tells_of_an_exchange(play) -> None:
    """An exchange tells who asked what of which server, and what came of it."""

    async def story(stage) -> None:
        await stage.authorize(await stage.mock.open_site("a", prefix="/tenant"))

    stage = play(story)
    event = stage.last
    assert event.at == stage.clock.now()
    assert (event.device, event.server, event.method) == ("a", "main", "POST")
    assert (event.path, event.kind) == ("/dls/authorization", "authorization")
    assert event.request == AuthorizationRequest(
        client_uuid="c0ffee", handshake_code="200001-demo"
    )
    assert json.loads(event.body)["clientUuid"] == "c0ffee"
    assert len(event.digest) == 16
    assert event.received
    assert event.stored is True
    assert event.status == 200
    assert isinstance(event.answer, Grant)
    assert event.answer.valid_until == event.at + timedelta(days=7)
    assert event.delivery.request_bytes == len(event.body)
    assert event.delivery.closing == "kept-open"


def test_counts_bytes_sent(play) -> None:
    """The bytes of an answer are those that the client gets, head and body."""
    sizes = []

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("GET", "/dls/health", headers="Connection: close\r\n")
        sizes.append(len(await client.reader.read()))

    delivery = play(story).last.delivery
    assert delivery.answer_bytes == sizes[0]
    assert delivery.closing == "closed"


def test_keeps_body_of_plain_usage(play) -> None:
    """A submission that was understood is told as a message, and as text."""

    async def story(stage) -> None:
        await stage.report(await stage.mock.open_site("a"))

    event = play(story).last
    assert isinstance(event.request, UsageSubmission)
    assert event.body is not None
    assert event.body.startswith('{"reports"')
    assert event.answer == Receipt()
    assert event.stored is True


def test_attributes_by_address(play) -> None:
    """Two devices with one client UUID are told apart by the address they use."""

    async def story(stage) -> None:
        first = await stage.mock.open_site("a")
        second = await stage.mock.open_site("b", "standby")
        await stage.report(second)
        await stage.report(first)
        await stage.authorize(first)

    seen = [(event.device, event.server) for event in play(story).exchanges]
    assert seen == [("b", "standby"), ("a", "main"), ("a", "main")]


def test_keeps_connections(play) -> None:
    """Several requests on one connection are answered and told in order."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        for path in ("/dls/health", "/one", "/two?x=1"):
            await client.ask("GET", path)

    paths = [event.path for event in play(story).exchanges]
    assert paths == ["/dls/health", "/one", "/two?x=1"]


def test_answers_http_1_0(play) -> None:
    """A client of HTTP/1.0 gets its answer and the end of the connection."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.writer.write(b"GET /dls/health HTTP/1.0\r\n\r\n")
        assert b" 200 OK\r\n" in await client.reader.read()

    assert play(story).last.delivery.closing == "closed"


def test_continues_on_expectation(play) -> None:
    """A client that waits for 100 Continue before its body is told to go on."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        waiting = "Expect: 100-continue\r\nContent-Length: 14\r\n"
        client.write("PUT", "/dls/usage", headers=waiting)
        assert (await client.read_reply()).status == 100
        client.writer.write(b'{"reports": []}'.replace(b" ", b""))
        assert (await client.read_reply()).status == 405

    assert play(story).last.request == UsageSubmission()


def test_takes_chunked_bodies(play) -> None:
    """A body in chunks is read like any other."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("PUT", "/dls/usage", headers="Transfer-Encoding: chunked\r\n")
        client.writer.write(b'5\r\n{"rep\r\n')
        await stage.until(lambda: stage.mock.in_flight == 1)
        client.writer.write(b'9\r\norts":[]}\r\n0\r\n\r\n')
        assert (await client.read_reply()).status == 405

    event = play(story).last
    assert event.request == UsageSubmission()
    assert event.delivery.request_bytes == 14


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        (
            "/dls/authorization",
            b'{"clientUuid": null, "handshakeCode": "200001-demo"}',
            "clientUuid: expected a non-empty string, got null",
        ),
        (
            "/dls/authorization",
            b'{"clientUuid": "c0ffee"}',
            "handshakeCode or organizationId: expected a non-empty string, got null",
        ),
        (
            "/dls/authorization",
            b'{"clientUuid": 7}',
            "clientUuid: expected a string, got 7",
        ),
        ("/dls/usage", b"[]", "body: expected an object, got []"),
        ("/dls/usage", b"{}", "reports: expected a list, got null"),
        (
            "/dls/usage",
            b'{"reports": [{"timeLabel": "noon"}]}',
            "reports[0].timeLabel: expected an RFC 3339 instant such as "
            "2026-03-01T08:00:30.000Z, got 'noon'",
        ),
    ],
)
def test_says_what_is_malformed(play, path, body, problem) -> None:
    """A malformed request gets 400 and the problem, word for word; nothing is stored."""

    async def story(stage) -> None:
        reply = await stage.ask(await stage.mock.open_site("a"), "POST", path, body)
        assert reply.status == 400
        assert reply.json == {"error": {"message": problem}}

    event = play(story).last
    assert event.problem == problem
    assert event.body == body.decode()
    assert event.stored is False
    assert event.answer == Refusal(text=problem)


def test_takes_a_submission_whole_or_not_at_all(play, message) -> None:
    """One broken report keeps the others of its submission from being stored."""
    reports = message()["reports"] + message(clientUuid=None)["reports"]

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        reply = await stage.post(url, "/dls/usage", {"reports": reports})
        assert reply.status == 400
        assert not stage.mock.ledger.totals

    assert len(play(story).last.request.reports) == 2


@pytest.mark.parametrize(
    ("body", "raw"),
    [(b"\xff\x00{", "/wB7"), ("\ufffd".encode(), "77+9"), (b"{}", None), (b"", None)],
)
def test_keeps_the_bytes_of_what_is_no_text(play, body, raw) -> None:
    """A body that text cannot tell exactly is kept in base64 besides."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("phone")
        await stage.ask(url, "POST", "/dls/usage", body)
        assert stage.last.raw_body == raw

    play(story)


def test_shows_the_beginning_of_a_long_body(play) -> None:
    """Of a long body that was not understood the first 4 KiB are told."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        await stage.ask(url, "POST", "/dls/usage", b"x" * 5000)

    event = play(story).last
    assert event.body == "x" * 4096
    assert event.delivery.request_bytes == 5000


def test_refuses_other_methods(play, message) -> None:
    """Another method than the profile's gets 405; its message is told, not stored."""
    body = json.dumps(message()).encode()

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        reply = await stage.ask(url, "PUT", "/dls/usage", body)
        assert reply.status == 405
        assert reply.headers["Allow"] == "POST"
        assert not stage.mock.ledger.totals

    event = play(story).last
    assert event.kind == "usage"
    assert event.request.reports[0].client_uuid == "c0ffee"
    assert event.problem == "method: expected POST, got PUT"
    assert event.stored is False


def test_knows_no_other_paths(play) -> None:
    """An unknown path gets 404 and is told without a kind."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        assert (await stage.ask(url, "POST", "/dls/usages", b"{}")).status == 404

    event = play(story).last
    assert (event.kind, event.request, event.body) == (None, None, "{}")
    assert event.problem == (
        "path: expected /dls/authorization, /dls/usage, /dls/health, got /dls/usages"
    )


def test_serves_only_below_its_prefix(play) -> None:
    """A request without the prefix of the server's URL gets 404, its full path told."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a", prefix="/tenant/")
        assert url.endswith("/tenant")
        bare = url.removesuffix("/tenant")
        assert (await stage.ask(bare, "GET", "/dls/health")).status == 404
        assert (await stage.ask(url, "GET", "/dls/health")).status == 200

    first, second = play(story).exchanges
    assert first.path == second.path == "/dls/health"
    assert "below /tenant" in first.problem
    assert second.problem is None


def test_is_healthy(play) -> None:
    """The health path answers 200, to HEAD without a body."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        assert (await client.ask("GET", "/dls/health")).status == 200
        client.write("HEAD", "/dls/health", headers="Connection: close\r\n")
        assert (await client.reader.read()).endswith(b"\r\n\r\n")

    assert play(story).last.kind is None


def test_answers_preflight(play) -> None:
    """A preflight request is allowed any origin, method and header."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        headers = (
            "Origin: http://shop.example\r\n"
            "Access-Control-Request-Method: POST\r\n"
            "Access-Control-Request-Headers: content-type, x-own\r\n"
        )
        reply = await stage.ask(url, "OPTIONS", "/dls/usage", headers=headers)
        assert reply.status == 204
        allowed = {
            name.removeprefix("Access-Control-Allow-"): value
            for name, value in reply.headers.items()
        }
        assert allowed["Origin"] == "http://shop.example"
        assert allowed["Methods"] == "POST"
        assert allowed["Headers"] == "content-type, x-own"

    event = play(story).last
    assert (event.method, event.kind, event.problem) == ("OPTIONS", None, None)


def test_lets_every_origin_read_answers(play) -> None:
    """Every answer has the header that lets a page of another origin read it."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        for path in ("/dls/usage", "/dls/authorization", "/dls/health", "/else"):
            plain = await stage.ask(url, "GET", path)
            assert plain.headers["Access-Control-Allow-Origin"] == "*"
            asked = await stage.ask(url, "GET", path, headers="Origin: null\r\n")
            assert asked.headers["Access-Control-Allow-Origin"] == "null"

    play(story)


def test_tells_of_what_is_no_http(play) -> None:
    """Bytes that are no HTTP request are answered with 400, and told."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.writer.write(b"\x16\x03\x01 hello\r\n\r\n")
        assert (await client.reader.read()).startswith(b"HTTP/1.1 400 ")

    event = play(story).last
    assert (event.device, event.method, event.kind) == ("a", "", None)
    assert event.problem.startswith("no HTTP request: ")


def test_tells_of_a_request_broken_off(play) -> None:
    """A client that leaves in the middle of its body is told as not received."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("PUT", "/dls/usage", headers="Content-Length: 50\r\n")
        client.writer.write(b'{"reports')
        await stage.until(lambda: stage.mock.in_flight == 1)
        await client.close()
        await stage.until(lambda: stage.mock.in_flight == 0)

    event = play(story).last
    assert (event.kind, event.received, event.stored) == ("usage", False, False)
    assert event.problem == "body: the connection ended before all of it came"
    assert event.delivery.closing == "by-client"


def test_reads_no_body_without_end(play, monkeypatch) -> None:
    """A body past the limit is cut off: 400, not received, and the connection ends."""
    monkeypatch.setattr(mock_server.connection, "LARGEST_BODY_BYTES", 1000)

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        reply = await stage.ask(url, "POST", "/dls/usage", b" " * 1001)
        assert reply.status == 400
        assert reply.headers["Connection"] == "close"

    event = play(story).last
    assert event.problem == "body: expected at most 1000 bytes"
    assert (event.received, event.stored) == (False, False)


def test_tells_paths_that_are_no_text(play) -> None:
    """A path that is no UTF-8 is told as text that a file can hold."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        client.writer.write(b"GET /\xff HTTP/1.1\r\nHost: mock\r\n\r\n")
        await client.read_reply()

    play(story).last.path.encode()


def test_standby_waits_while_main_works(play) -> None:
    """A standby server answers code 100 with 503 while main is up, and serves after."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a", "standby")
        reply = await stage.authorize(url)
        assert (reply.status, reply.json["error"]["code"]) == (503, 100)
        assert (await stage.report(url)).status == 503
        assert not stage.mock.ledger.totals
        await stage.mock.turn("main", up=False)
        assert (await stage.authorize(url)).status == 200
        assert (await stage.report(url)).status == 200

    play(story)


def test_standby_may_always_serve(play) -> None:
    """Where the world says so, a standby server serves beside main."""
    world = World(
        organizations=DEFAULT_WORLD.organizations,
        handshake_codes=DEFAULT_WORLD.handshake_codes,
        standby="always-serves",
    )

    async def story(stage) -> None:
        url = await stage.mock.open_site("a", "standby")
        assert (await stage.authorize(url)).status == 200

    play(story, world)


def test_servers_share_the_ledger(play) -> None:
    """What the standby stored counts towards the quota that main looks at."""
    code = HandshakeCode(code="c", organization="o", quota=2)
    world = World(
        organizations=(Organization(id="o"),),
        handshake_codes=(code,),
        standby="always-serves",
    )

    async def story(stage) -> None:
        standby = await stage.mock.open_site("a", "standby")
        await stage.report(standby, 2, handshakeCode="c")
        reply = await stage.authorize(await stage.mock.open_site("a"), handshakeCode="c")
        assert reply.json["error"]["code"] == 120

    play(story, world)


def test_licence_items_decide(play) -> None:
    """What a request says of itself chooses the licence item, or is refused."""
    bound = ValidationField(kind="website-domain", value="*.shop.example")
    items = (
        LicenceItem(id="web", product="dbr", deployment="browser", validation=(bound,)),
        LicenceItem(id="seats", product="dlr", charge_way="concurrent-instance", quota=2),
    )
    code = HandshakeCode(code="o-a", organization="o", items=("web", "seats"))
    world = World(
        organizations=(Organization(id="o"),), handshake_codes=(code,), licence_items=items
    )
    dbr = {"handshakeCode": "o-a", "product": "dbr", "deploymentType": "browser"}
    dlr = {"handshakeCode": "o-a", "product": "dlr"}

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        at = {"kind": "website-domain", "value": "my.shop.example"}
        granted = await stage.authorize(url, **dbr, binding=at)
        assert granted.json["licenceItemId"] == "web"
        await stage.report(url, 7, handshakeCode="o-a", licenceItemId="seats")
        assert stage.mock.ledger.item_totals == {"seats": 7}
        for fields, refused in ((dbr, 104), ({**dlr, "instances": 3}, 120)):
            answer = await stage.authorize(url, **fields)
            assert answer.json["error"]["code"] == refused

    play(story, world)


def test_a_server_that_is_down_refuses_connections(play) -> None:
    """While a server is down all its sites refuse; up again they have their ports."""

    async def story(stage) -> None:
        urls = [await stage.mock.open_site(device) for device in "ab"]
        other = await stage.mock.open_site("a", "standby")
        await stage.mock.turn("main", up=False)
        for url in urls:
            with pytest.raises(ConnectionRefusedError):
                await stage.connect(url)
        await stage.connect(other)
        await stage.mock.turn("main", up=True)
        for url in urls:
            assert (await stage.authorize(url)).status == 200

    events = play(story).events
    turned = [(e.server, e.up) for e in events if isinstance(e, ServerTurned)]
    assert turned == [("main", False), ("main", True)]


def test_a_server_that_goes_down_hangs_up(play) -> None:
    """Connections that were kept open end when their server goes down."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        await client.ask("GET", "/dls/health")
        await stage.mock.turn("main", up=False)
        assert await client.reader.read() == b""

    play(story)


@pytest.mark.parametrize("turns", range(5))
def test_a_server_that_goes_down_forgets_nobody(play, turns) -> None:
    """Clients that were about to be let in see the end of their connections, too."""

    async def story(stage) -> None:
        url = urlsplit(await stage.mock.open_site("a"))
        peers = [socket.create_connection((url.hostname, url.port)) for _ in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await stage.mock.turn("main", up=False)
        for peer in peers:
            peer.setblocking(False)
            with peer, suppress(ConnectionResetError):
                async with asyncio.timeout(5):
                    assert await asyncio.get_running_loop().sock_recv(peer, 1) == b""

    play(story)


def test_a_site_of_a_server_that_is_down_opens_shut(play) -> None:
    """An address that is opened while its server is down refuses at first."""

    async def story(stage) -> None:
        await stage.mock.turn("standby", up=False)
        url = await stage.mock.open_site("a", "standby")
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(url)
        await stage.mock.fault_free()
        await stage.connect(url)

    play(story)


def test_knows_two_servers(play) -> None:
    """A server of another name than main or standby is our caller's mistake."""

    async def story(stage) -> None:
        for call in (stage.mock.open_site("a", "third"), stage.mock.turn("x", up=True)):
            with pytest.raises(ValueError, match="expected main or standby"):
                await call

    play(story)


def test_remembers_when_it_was_last_asked(play) -> None:
    """The time of the last request is kept, in real time."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        before = time.monotonic()
        await stage.authorize(url)
        assert before <= stage.mock.last_request_at <= time.monotonic()
        assert stage.mock.in_flight == 0

    play(story)


def test_refuses_a_world_that_does_not_fit() -> None:
    """A mock is not made for a world whose parts do not fit together."""
    world = World(organizations=(Organization(id="o", default="c"),), handshake_codes=())
    with pytest.raises(ValueError, match="expected as default"):
        MockDls(None, world, None, print)


def test_failing_listener_is_told_at_the_end(play) -> None:
    """What fails during a request reaches whoever runs the mock, not the client."""

    async def story(stage) -> None:
        stage.mock._on_event = lambda _: 1 / 0
        url = await stage.mock.open_site("a")
        client = await stage.connect(url)
        client.write("GET", "/dls/health")
        await client.reader.read()

    with pytest.raises(ZeroDivisionError):
        play(story)


def test_ends_at_once_and_whole(play) -> None:
    """A mock that ends lets hanging requests go, tells them, and leaves no connection."""

    async def story(stage) -> None:
        stage.mock.arm(Fault(do="hang", hold="1h"))
        client = await stage.connect(await stage.mock.open_site("a"))
        await stage.connect(await stage.mock.open_site("b"))
        client.write("POST", "/dls/usage", b"{}")
        await stage.until(lambda: stage.mock.in_flight == 1)

    stage = play(story)
    assert [type(event) for event in stage.events] == [Exchange]
    assert stage.last.delivery.closing == "closed"
    assert stage.mock.in_flight == 0
