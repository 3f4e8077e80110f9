"""Two servers that never help: they refuse, are silent, hang up, fail, or say nothing."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

type Manner = Literal["are silent", "refuse", "hang up", "fail", "say nothing"]

_EMPTY = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
_ANSWERS: dict[Manner, bytes] = {
    "fail": b"HTTP/1.1 500 Internal Server Error\r\n" + _EMPTY,
    "say nothing": b"HTTP/1.1 200 OK\r\n" + _EMPTY,
}
_LENGTH = re.compile(rb"^content-length: *([0-9]{1,6})\r$", re.IGNORECASE | re.MULTILINE)
#: Reading a request that came in one piece takes no longer, however busy the machine.
_LONGEST_READ_SECONDS = 10


@dataclass(frozen=True)
class Asked:
    """A request came to the main server, or the standby, at an instant of virtual time."""

    at: datetime
    server: str


class UnhelpfulPair:
    """
    A main server and a standby, in the running event loop.

    Attributes:
        asked: The requests so far, in order.
        in_flight: How many are being read.
        last_request_at: ``time.monotonic()`` of the last one.
        ports: Where both listen; also where they refuse.
    """

    def __init__(self, manner: Manner, now: Callable[[], datetime]) -> None:
        """Both behave in one *manner*; *now* tells what time it is."""
        self.asked: list[Asked] = []
        self.in_flight = 0
        self.last_request_at = time.monotonic()
        self.ports: frozenset[int] = frozenset()
        self._manner = manner
        self._now = now
        self._servers: dict[str, asyncio.Server] = {}
        #: Silent connections, which would be closed if nobody held them.
        self._kept: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        for name in ("main", "standby"):
            self._servers[name] = await asyncio.start_server(
                self._serving(name), "127.0.0.1"
            )
        self.ports = frozenset(self._port(name) for name in self._servers)
        self.urls = tuple(f"http://127.0.0.1:{self._port(name)}" for name in self._servers)
        if self._manner == "refuse":
            await self._close()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        for writer in self._kept:
            writer.close()
        await self._close()

    async def _close(self) -> None:
        for server in self._servers.values():
            server.close()

    def _port(self, name: str) -> int:
        port: int = self._servers[name].sockets[0].getsockname()[1]
        return port

    def _serving(
        self, name: str
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.in_flight += 1
            try:
                if await _request_came(reader):
                    self.asked.append(Asked(self._now(), name))
                    self.last_request_at = time.monotonic()
                    self._answer(writer)
            finally:
                self.in_flight -= 1

        return serve

    def _answer(self, writer: asyncio.StreamWriter) -> None:
        if self._manner == "are silent":
            self._kept.append(writer)
            return
        writer.write(_ANSWERS.get(self._manner, b""))
        writer.close()


async def _request_came(reader: asyncio.StreamReader) -> bool:
    """Read a request; tell whether it came whole."""
    with contextlib.suppress(TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        async with asyncio.timeout(_LONGEST_READ_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            if length := _LENGTH.search(head):
                await reader.readexactly(int(length[1]))
        return True
    return False
