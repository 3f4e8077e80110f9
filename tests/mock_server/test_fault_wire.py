"""
What a plain client sees of each fault is what the exchange's event says of it.

The client is a blocking socket in a thread: nothing of the mock's own code reads for it.
"""

import asyncio
import json
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.domain.recording import ServerTurned
from mock_server import TRAITS, Fault

PATHS = {"authorization": "/dls/authorization", "usage": "/dls/usage"}
HEALTH = b"GET /dls/health HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n"
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")


@dataclass(frozen=True)
class Sight:
    """
    What a client saw.

    Attributes:
        data: All that came in answer to the first request.
        ending: ``closed`` (FIN), ``reset`` (RST), or ``kept-open``: another request was
            answered on the same connection.
    """

    data: bytes
    ending: str

    @property
    def head(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[0] + b"\r\n"

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    @property
    def status(self) -> int | None:
        is_http = self.data.startswith(b"HTTP/1.1 ")
        return int(self.data[9:12]) if is_http else None

    @property
    def announced(self) -> int | None:
        """How long the head says that the body is."""
        match = _LENGTH.search(self.head)
        return int(match[1]) if match else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def look(url: str, request: bytes, context: ssl.SSLContext | None) -> Sight:
    """Send *request* by a connection of its own and see all that comes of it."""
    parts = urlsplit(url)
    peer = socket.create_connection((parts.hostname, parts.port), timeout=10)
    with ExitStack() as stack:
        stack.enter_context(peer)
        if context:
            wrapped = context.wrap_socket(peer, server_hostname="127.0.0.1")
            peer = stack.enter_context(wrapped)
        peer.sendall(request)
        data = b""
        try:
            while not _is_complete(data):
                more = peer.recv(4096)
                if not more:
                    return Sight(data, "closed")
                data += more
            peer.sendall(HEALTH)
            return Sight(data, "kept-open" if peer.recv(4096) else "closed")
        except ConnectionResetError:
            return Sight(data, "reset")


def _is_complete(data: bytes) -> bool:
    """Tell whether *data* is an answer as long as it says."""
    sight = Sight(data, "")
    is_headed = data.startswith(b"HTTP/") and b"\r\n\r\n" in data
    if not is_headed or sight.announced is None:
        return False
    return len(sight.body) >= sight.announced


def _nothing(seen: Sight) -> bool:
    return seen.data == b""


def _error(seen: Sight) -> bool:
    return seen.status == 503 and seen.json == {}


def _elsewhere(seen: Sight) -> bool:
    return seen.status == 307 and b"\r\nLocation: http" in seen.head and seen.announced == 0


def _no_json(seen: Sight) -> bool:
    return seen.status == 200 and seen.body.startswith(b"<html>")


def _half_json(seen: Sight) -> bool:
    return seen.body[:1] == b"{" and seen.body[-1:] != b"}"


def _no_fields(seen: Sight) -> bool:
    return seen.status == 200 and seen.json == {}


def _more_fields(seen: Sight) -> bool:
    return seen.status == 200 and "unexpected" in seen.json and len(seen.json) > 1


def _no_json_type(seen: Sight) -> bool:
    return b"\r\nContent-Type: text/html\r\n" in seen.head and _is_proper(seen)


def _cut(seen: Sight) -> bool:
    assert seen.announced is not None
    return 0 < len(seen.body) < seen.announced


def _cut_chunk(seen: Sight) -> bool:
    is_chunked = b"\r\nTransfer-Encoding: chunked\r\n" in seen.head
    return is_chunked and seen.announced is None and b"\r\nzz\r\n" in seen.body


def _no_http(seen: Sight) -> bool:
    return seen.data == bytes(range(256))


def _is_proper(seen: Sight) -> bool:
    return seen.status == 200 and len(seen.json) > 0 and "unexpected" not in seen.json


#: For each damage: how the connection ends, what comes before, whether it is stored.
SEEN: dict[str, tuple[str, Callable[[Sight], bool], bool]] = {
    "close-before-reading": ("reset", _nothing, False),
    "reset": ("reset", _nothing, False),
    "close": ("closed", _nothing, False),
    "status": ("kept-open", _error, False),
    "redirect": ("kept-open", _elsewhere, False),
    "malformed": ("kept-open", _no_json, False),
    "truncated-json": ("kept-open", _half_json, False),
    "missing-fields": ("kept-open", _no_fields, False),
    "extra-fields": ("kept-open", _more_fields, True),
    "wrong-type": ("kept-open", _no_json_type, True),
    "truncated": ("closed", _cut, False),
    "bad-chunk": ("closed", _cut_chunk, False),
    "garbage": ("closed", _no_http, False),
    "hang": ("closed", _nothing, False),
    "process-late": ("kept-open", _is_proper, True),
    "answer-late": ("kept-open", _is_proper, True),
    "dribble": ("kept-open", _is_proper, True),
    "lose-answer": ("reset", _nothing, True),
    "accept-twice": ("kept-open", _is_proper, True),
}
CONNECTIONS = ("refuse", "close-on-connect")


def _request(stage: Any, kind: str) -> bytes:
    body = stage.usage_body() if kind == "usage" else AUTHORIZATION
    head = f"POST {PATHS[kind]} HTTP/1.1\r\nHost: mock\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


AUTHORIZATION = b'{"clientUuid": "c0ffee", "handshakeCode": "200001-demo"}'


async def _look(stage: Any, kind: str, certificate: Any = None) -> Sight:
    url = await stage.mock.open_site("a", certificate=certificate)
    context = None
    if certificate:
        context = ssl.create_default_context(cadata=stage.mock.authority_pem.decode())
    return await asyncio.to_thread(look, url, _request(stage, kind), context)


def test_every_fault_is_looked_at() -> None:
    """A new kind of damage has to stand in the table of this file."""
    assert {*SEEN, *CONNECTIONS} == set(TRAITS)
    told = {name for name, trait in TRAITS.items() if trait.is_of_connections}
    assert told == set(CONNECTIONS)


@pytest.mark.parametrize("certificate", [None, "good"])
@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("damage", SEEN)
def test_event_says_what_was_seen(
    play: Any, damage: Any, kind: str, certificate: Any
) -> None:
    """Bytes, status and kind of close are those of the event; so is what was stored."""
    sights: list[Sight] = []

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do=damage))
        sights.append(await _look(stage, kind, certificate))

    stage = play(story)
    (seen,), event = sights, stage.exchanges[0]
    ending, is_right, is_stored = SEEN[damage]
    assert seen.ending == ending
    assert is_right(seen)
    assert event.fault.startswith(damage)
    assert event.delivery.closing == seen.ending
    assert event.delivery.answer_bytes == len(seen.data)
    assert event.status == seen.status
    assert event.stored is is_stored
    assert (event.answer is not None) is TRAITS[damage].is_answered
    assert bool(stage.mock.ledger.totals) is (is_stored and kind == "usage")


@pytest.mark.parametrize("certificate", [None, "good"])
@pytest.mark.parametrize("damage", CONNECTIONS)
def test_connections_are_cut_off(play: Any, damage: Any, certificate: Any) -> None:
    """Where no request is seen there is no exchange; the server is told to be down."""
    errors: list[Any] = []

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do=damage))
        await stage.mock.end_step()
        try:
            errors.append(await _look(stage, "usage", certificate))
        except OSError as error:
            errors.append(error)
        await stage.mock.end_step()
        assert (await _look(stage, "usage", certificate)).status == 200

    stage = play(story)
    if damage == "refuse":
        assert isinstance(errors[0], ConnectionRefusedError)
    elif certificate:
        assert isinstance(errors[0], ssl.SSLEOFError)
    else:
        assert errors[0] == Sight(b"", "closed")
    assert [event.kind for event in stage.exchanges] == ["usage", None]
    turns = [event.up for event in stage.events if isinstance(event, ServerTurned)]
    assert turns == [False, True]


@pytest.mark.parametrize("cut", [0, 1, 20, 1000])
def test_cut_at_a_byte(play: Any, cut: int) -> None:
    """``bytes`` of the body are sent, or all that there are, and more was announced."""
    sights: list[Sight] = []

    async def story(stage: Any) -> None:
        sights.append(await _look(stage, "usage"))
        stage.mock.arm(Fault(do="truncated", bytes=cut))
        sights.append(await _look(stage, "usage"))

    event = play(story).last
    proper, seen = sights
    assert seen.body == proper.body[:cut]
    assert seen.announced == max(len(proper.body), cut + 1)
    assert (seen.ending, event.delivery.closing) == ("closed", "closed")
    assert event.delivery.answer_bytes == len(seen.data)


def test_stored_all_the_same(play: Any) -> None:
    """``stored`` lets the server take in what it then answers with an error."""
    sights: list[Sight] = []

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do="status", status=500, stored=True))
        sights.append(await _look(stage, "usage"))
        assert stage.mock.ledger.totals == {"200001-demo": 2}

    event = play(story).exchanges[0]
    assert sights[0].status == 500
    assert (event.stored, event.answer, event.status) == (True, None, 500)


def test_accepted_twice(play: Any) -> None:
    """What is processed twice is stored once and noted as a redelivery."""

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do="accept-twice"))
        await _look(stage, "usage")
        assert stage.mock.ledger.totals == {"200001-demo": 2}
        assert len(stage.mock.ledger.redelivered) == 1

    play(story)


def test_says_when_to_come_again(play: Any) -> None:
    """``retryAfter`` goes out as a header."""
    sights: list[Sight] = []

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do="status", retry_after=120))
        sights.append(await _look(stage, "usage"))

    play(story)
    assert b"\r\nRetry-After: 120\r\n" in sights[0].head


@pytest.mark.parametrize(
    ("location", "told"),
    [(None, rb"http://127\.0\.0\.1:\d+/dls/usage"), ("https://else/", rb"https://else/")],
)
def test_redirects(play: Any, location: str | None, told: bytes) -> None:
    """A redirect leads to the URL that was asked for, or to another."""
    sights: list[Sight] = []

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do="redirect", status=308, location=location))
        sights.append(await _look(stage, "usage"))

    play(story)
    assert sights[0].status == 308
    assert re.search(rb"\r\nLocation: " + told + rb"\r\n", sights[0].head)
