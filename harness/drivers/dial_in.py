"""
Where a driver dials in: a websocket at this end, a page, a phone or a program at the other.

Each text message is one JSON-RPC message, as a line is elsewhere. The address is in the
environment, ``DLS_DRIVER_URL``, of a program, and in the query, ``?driver=``, of a page:

    const socket = new WebSocket(new URLSearchParams(location.search).get('driver'));
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aiohttp import WSCloseCode, WSMsgType, web

from harness.documents.bad_input import BadInput
from harness.drivers.line_buffer import LONGEST_LINE_BYTES

#: The path at which drivers dial in.
PATH = "/driver"
#: How long it takes at most to hang up on somebody; to aiohttp 0 is for ever.
_LAST_WORDS_SECONDS = 0.01

_NOTHING: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True)
class Caller:
    """
    What somebody who has dialled in tells.

    Attributes:
        on_message: One message, as text in UTF-8.
        on_binary: A message that is no text.
        on_end: The connection is over, and why, in words.
    """

    on_message: Callable[[bytes], None]
    on_binary: Callable[[], None]
    on_end: Callable[[str], None]


class DialIn:
    """
    An address at which one driver dials in, once.

    Attributes:
        port: Its TCP port, once it is open.
    """

    port: int

    def __init__(
        self, caller: Caller, host: str, files: Mapping[str, Path] = _NOTHING
    ) -> None:
        """Tell *caller* what comes; *files* are folders that are served, by their paths."""
        self._caller: Caller | None = caller
        self._host = host
        self._socket: web.WebSocketResponse | None = None
        self._sending: asyncio.Task[None] | None = None
        self.connected = asyncio.Event()
        app = web.Application()
        app.router.add_get(PATH, self._serve)
        for path, folder in files.items():
            app.router.add_static(path, folder, append_version=False)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=_LAST_WORDS_SECONDS
        )

    @property
    def url(self) -> str:
        """The address to dial."""
        return f"ws://{self._host}:{self.port}{PATH}"

    async def open(self, port: int) -> None:
        """
        Begin to listen; *port* may be 0, for any.

        Raises:
            BadInput: The port cannot be had.
        """
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise BadInput(
                f"nobody can dial in at {self._host}:{port}: {error.strerror}; another "
                "`port` in the SDK's file, or none, chooses another"
            ) from error
        self.port = self._runner.addresses[0][1]

    def send(self, message: bytes) -> None:
        """Send *message*; whoever does not take it has ended the connection."""
        if self._socket is not None:
            self._sending = asyncio.ensure_future(self._send(self._socket, message))

    def ignore(self) -> None:
        """Tell the caller nothing more."""
        self._caller = None

    async def hang_up(self, seconds: float) -> bool:
        """End the connection; tell whether the other side has agreed to it in time."""
        if self._socket is None:
            return False
        try:
            async with asyncio.timeout(seconds):
                return await self._socket.close()
        except TimeoutError:
            return False

    def expect_another(self) -> None:
        """Forget who has dialled in: the next one is another process."""
        self._socket = None
        self.connected.clear()

    async def close(self) -> None:
        """End everything at once."""
        self.ignore()
        if self._sending is not None:
            self._sending.cancel()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=LONGEST_LINE_BYTES, timeout=1.0)
        await socket.prepare(request)
        if self._socket is not None:
            told = b"one driver at a time: another one has dialled in here"
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=told)
            return socket
        self._socket = socket
        self.connected.set()
        try:
            await self._listen(socket)
        finally:
            if self._caller is not None and socket is self._socket:
                self._caller.on_end(_end_of(socket))
        return socket

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if self._caller is None or socket is not self._socket:
                continue
            if message.type is WSMsgType.TEXT:
                self._caller.on_message(message.data.encode())
            elif message.type is WSMsgType.BINARY:
                self._caller.on_binary()

    @staticmethod
    async def _send(socket: web.WebSocketResponse, message: bytes) -> None:
        with suppress(ConnectionError):
            await socket.send_str(message.decode().rstrip("\n"))


def _end_of(socket: web.WebSocketResponse) -> str:
    code = socket.close_code
    return f"the end of its connection (code {code})" if code else "a broken connection"
