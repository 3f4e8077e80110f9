"""Requests to a running mock: to its admin API, and bytes that are no HTTP at all."""

import asyncio
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fuzz.target import Target
from harness.documents.wire_profile import load_profile
from mock_server.admin.api import ROOT
from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import Listening, StandAlone

_MOST_SECONDS = 10
_FAILED = b"HTTP/1.1 500"


class _Running:
    """A mock in an event loop that goes on only while somebody asks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._start())

    async def _start(self) -> None:
        profile = load_profile("open-json", Path())
        listening = Listening("127.0.0.1", 0, None, False, None)
        self._server = await StandAlone(profile, Settings(), listening).__aenter__()
        port = urlsplit(self._server.urls["main"]).port
        assert port is not None
        self._port = port

    def ask(self, request: bytes, *, is_all: bool = False) -> bytes:
        """
        Send *request* and return all that comes back until the mock hangs up.

        *is_all*: tell the mock that nothing will follow.
        """
        return self._loop.run_until_complete(self._ask(request, is_all))

    async def _ask(self, request: bytes, is_all: bool) -> bytes:
        async with asyncio.timeout(_MOST_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writer.write(request)
                if is_all:
                    writer.write_eof()
                return await reader.read()
            except ConnectionError:
                return b""
            finally:
                writer.close()


@cache
def _running(_purpose: str) -> _Running:
    return _Running()


def feed_admin(data: bytes) -> None:
    """Whatever the admin API is asked, it answers, and fails on nothing."""
    line, _, body = data.partition(b"\n")
    method, _, path = line.partition(b" ")
    safe = bytes(byte for byte in path if 0x20 < byte < 0x7F)
    word = method.upper() if method.isalpha() else b"POST"
    head = b"%s %s%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    request = head % (word, ROOT.encode(), safe)
    request += b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = _running("admin").ask(request + body)
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert not answer.startswith(_FAILED), answer[:200]


def feed_http(data: bytes) -> None:
    """Whatever bytes come, the mock lives, and answers the next request."""
    answer = _running("http").ask(data, is_all=True)
    assert _FAILED not in answer, answer[:200]
    health = b"GET /dls/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = _running("http").ask(health)
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]


ADMIN = Target(
    "admin",
    feed_admin,
    (
        b"GET /overview\n",
        b"PUT /configuration\n"
        b'{"organizations":[{"id":"7","default":"7-x"}],"handshakeCodes":'
        b'[{"code":"7-x","organization":"7","quota":5,"grace":1}]}',
        b'POST /clock/freeze\n{"at":"2026-03-01T08:00:00Z"}',
        b'POST /clock/advance\n{"by":"1d30s"}',
        b'POST /faults\n{"text":"usage:2 status=503"}',
        b'POST /faults\n{"fault":{"kind":"usage","do":"status","status":503}}',
        b"GET /journal?limit=3&after=1&newest=true\n",
        b"GET /statistics?first=2026-03-01&last=2026-03-02&handshakeCode=x\n",
        b"GET /ledger?limit=3\n",
        b'POST /verification\n{"criteria":{"kind":"usage"},"atLeast":1}',
        b'POST /reset\n{"seed":3}',
        b"GET /openapi.json\n",
        b"GET /pages/assets/../../api.py\n",
    ),
)
_HEAD = b"POST /dls/usage HTTP/1.1\r\nHost: localhost\r\n"
HTTP = Target(
    "http",
    feed_http,
    (
        _HEAD + b'Content-Length: 14\r\n\r\n{"reports":[]}',
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\n{}}\r\n0\r\n\r\n",
        _HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
        _HEAD + b"Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n{",
        b"OPTIONS /dls/authorization HTTP/1.1\r\nHost: h\r\nOrigin: http://x\r\n"
        b"Access-Control-Request-Headers: a,b\r\n\r\n",
        b"GET /t/a/dls/health HTTP/1.0\r\n\r\n",
    ),
)
