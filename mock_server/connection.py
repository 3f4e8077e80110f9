"""One client's connection to a site: reading requests from it, and writing raw bytes."""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, cast

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from mock_server.head import Head, plain_head

#: Bodies past this are not read on: 30 days of unsent slots are some 4 MB.
LARGEST_BODY_BYTES = 64 * 2**20

#: Clients that send on before they are answered are read no further than this.
_MOST_HELD_BYTES = 64 * 2**10

_LINGER_NO_MORE = struct.pack("ii", 1, 0)


class Written(web.StreamResponse):
    """What aiohttp gets for a response: the bytes are on the wire already."""

    def __init__(self, *, keep_alive: bool) -> None:
        """Tell whether the connection stays open for another request."""
        super().__init__()
        self._stays_open = keep_alive

    @property
    def keep_alive(self) -> bool | None:
        """Whether aiohttp waits for another request."""
        return self._stays_open

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write no head: that has been done."""
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Write no end: that has been done."""


#: Nothing in them ever changes, and making one takes as long as reading a request does.
WRITTEN_AND_OPEN = Written(keep_alive=True)
WRITTEN = Written(keep_alive=False)

#: Told a connection, the HTTP status to answer with, and what is wrong.
type OnUnreadable = Callable[["Connection", int, str], None]
#: Answers a whole request with that head and body, at once.
type Prompt = Callable[["Connection", Head, bytes], None]
#: Returns what answers a request with that head at once; ``None``: it has to be served.
type FindPrompt = Callable[[Head], Prompt | None]


class _PromptParser:
    """
    aiohttp's parser, from which a connection takes what can be answered at once.

    What it hands on starts a task, which costs as much as reading the request does.
    """

    def __init__(
        self, parser: Any, take: Callable[[RawRequestMessage, StreamReader], bool]
    ) -> None:
        """Parse as *parser* does; *take* is given a request that came alone."""
        self._parser = parser
        self._take = take

    def __getattr__(self, name: str) -> Any:
        """Be like the parser in everything else."""
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Sequence[Any], bool, bytes]:
        """Return the requests that are left to be served, and what follows them."""
        messages, is_upgrade, rest = self._parser.feed_data(data)
        if len(messages) == 1 and not is_upgrade and self._take(*messages[0]):
            self._parser.message_consumed()
            messages = ()
        return messages, is_upgrade, rest


class Connection(web.RequestHandler):
    """
    A connection as aiohttp handles it, and what we want to know besides.

    Attributes:
        lost: Done once the connection is gone, whoever ended it.
        is_hung_up: Whether it was ended from our side, other than by a fault.
    """

    __slots__ = (
        "_find_prompt",
        "_held",
        "_is_welcome",
        "_on_unreadable",
        "is_hung_up",
        "lost",
        "wire",
    )

    def __init__(
        self,
        server: web.Server,
        is_welcome: Callable[[], bool],
        on_unreadable: OnUnreadable,
        find_prompt: FindPrompt,
        **settings: Any,
    ) -> None:
        """
        Prepare for a client.

        *is_welcome* tells whether clients are still taken when it has come, and
        *on_unreadable* is told of bytes that are no HTTP request.
        """
        super().__init__(server, loop=asyncio.get_running_loop(), **settings)
        self._parser: Any = _PromptParser(self._parser, self._take)
        self._find_prompt = find_prompt
        self._is_welcome = is_welcome
        self._on_unreadable = on_unreadable
        self._held: bytearray | None = None
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self.is_hung_up = False
        self.wire: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; a client that slipped in while the site was being shut goes at once."""
        self.wire = cast(asyncio.Transport, transport)
        super().connection_made(transport)
        if not self._is_welcome():
            self.hang_up()

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Read on, if reading was stopped at all: aiohttp asks so for every request."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def connection_lost(self, exc: BaseException | None) -> None:
        """End; whoever waits for that is woken."""
        super().connection_lost(exc)
        if not self.lost.done():
            self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; it waits while an answer is owed."""
        if self._held is None:
            super().data_received(data)
            return
        self._held += data
        if len(self._held) > _MOST_HELD_BYTES and self.wire is not None:
            self.wire.pause_reading()

    def hold(self) -> None:
        """Let what comes wait until `go_on`: an answer is owed, and nobody is served."""
        self._held = bytearray()

    def go_on(self) -> None:
        """Take what came meanwhile: the answer that was owed is given."""
        held, self._held = self._held, None
        if held and self.wire is not None and not self.is_gone:
            self.wire.resume_reading()
            super().data_received(bytes(held))

    def hang_up(self) -> None:
        """Send what is still to be sent, and close."""
        self.is_hung_up = True
        self.force_close()

    def _take(self, message: RawRequestMessage, content: StreamReader) -> bool:
        """Answer a request that came alone and whole, if it needs no more than that."""
        is_idle = self._waiter is not None and not self._waiter.done()
        if not is_idle or not content.is_eof() or content.exception() is not None:
            return False
        head = plain_head(message)
        prompt = None if head is None else self._find_prompt(head)
        if head is None or prompt is None or content.total_bytes > LARGEST_BODY_BYTES:
            return False
        # Until then aiohttp lets an idle connection be.
        self._next_keepalive_close_time = self._loop.time() + self.keepalive_timeout
        try:
            prompt(self, head, content.read_nowait())
        except Exception as error:  # of any kind, as aiohttp has it with what it serves
            self._on_unreadable(self, HTTPStatus.INTERNAL_SERVER_ERROR, _told(error))
        return True

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002  aiohttp passes it
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or what we failed on ourselves."""
        self._on_unreadable(self, status, message or _told(exc))
        return WRITTEN

    @property
    def is_gone(self) -> bool:
        """Whether nothing can be written any more."""
        return self.wire is None or self.wire.is_closing() or self.lost.done()

    def send(self, data: bytes) -> bool:
        """Write *data*; tell whether the connection outlived that."""
        if self.wire is None or self.is_gone:
            return False
        self.wire.write(data)
        return not self.wire.is_closing()

    def reset(self) -> None:
        """End the connection with a RST: what was not sent is thrown away."""
        if self.wire is None or self.is_gone:
            return
        peer: socket.socket = self.wire.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NO_MORE)
        self.wire.abort()

    def finish(self) -> None:
        """End the connection with a FIN, after what was sent."""
        if self.wire is not None:
            self.wire.close()


def _told(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


async def read_body(
    request: web.BaseRequest, connection: Connection
) -> tuple[bytes, str | None]:
    """Return the body of *request*, and why that is not all of it, if it is not."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    content = request.content
    if content.is_eof() and content.exception() is None:
        # All of it came with the head, as it mostly does.
        return _within_limit(content.read_nowait())
    return await _read_on(content)


def _within_limit(body: bytes) -> tuple[bytes, str | None]:
    if len(body) > LARGEST_BODY_BYTES:
        return body, f"body: expected at most {LARGEST_BODY_BYTES} bytes"
    return body, None


async def _read_on(content: StreamReader) -> tuple[bytes, str | None]:
    body = bytearray()
    try:
        while chunk := await content.readany():
            body += chunk
            if len(body) > LARGEST_BODY_BYTES:
                break
    except (ConnectionError, RuntimeError):
        # aiohttp raises the latter for reading on where a connection was.
        return bytes(body), "body: the connection ended before all of it came"
    except web.RequestPayloadError as error:
        return bytes(body), f"body: {error}"
    return _within_limit(bytes(body))
