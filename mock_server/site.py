"""One address of a server, of its own for one device."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

import msgspec
from aiohttp import web

from mock_server.address import Address
from mock_server.authority import HOST
from mock_server.connection import Connection, Prompt
from mock_server.head import Head

_BACKLOG = 1024
#: How many real seconds a client may take to say hello, and to say good-bye, in TLS.
_TLS_PATIENCE = 5.0

#: What clients send is no news to us, and is told in events.
_silent = logging.Logger("mock_server.http")
_silent.addHandler(logging.NullHandler())

_SETTINGS: dict[str, Any] = {
    "access_log": None,
    "logger": _silent,
    # Whoever sends more than was read is cut off; nothing waits for the rest.
    "lingering_time": 0,
    "tcp_keepalive": False,
}


class Responder(Protocol):
    """Whoever answers what comes to a site."""

    def prompt(self, address: Address, head: Head) -> Prompt | None:
        """Return what answers a request at once; ``None``: it may have to wait."""
        ...

    def serve(
        self, address: Address, request: web.BaseRequest
    ) -> Awaitable[web.StreamResponse]:
        """Answer one request, whatever it is."""
        ...

    def refuse_garbage(
        self, address: Address, connection: Connection, status: int, why: str
    ) -> None:
        """Answer bytes that are no HTTP request; *status* is the one to answer with."""
        ...


class Site:
    """
    A port which is *server* for *device*, listening or not.

    The port is ours from `open` to `close`: while the site is shut, a socket that is
    bound and does not listen holds it, so that connections are refused.

    Attributes:
        prefix: Path under which the server's paths are served, without a final slash.
        tls: What https is served with; ``None``: it is http.
    """

    def __init__(
        self,
        device: str,
        server: str,
        prefix: str,
        responder: Responder,
        tls: ssl.SSLContext | None = None,
        host: str = HOST,
        port: int = 0,
    ) -> None:
        """Prepare; there is no port before `open`. *port* 0: any that is free."""
        self.device = device
        self.server = server
        self.prefix = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
        self.tls = tls
        self._responder = responder
        self._http = web.Server(self._serve)
        self._arriving: dict[asyncio.Task[Any], socket.socket] = {}
        self._socket: socket.socket | None = None
        self._host = host
        self._port = port
        self._address = Address(device, server, self.prefix, "")
        self._is_listening = False
        self._is_curt = False

    @property
    def address(self) -> Address:
        """What clients are told, once the port is ours."""
        return self._address

    @property
    def url(self) -> str:
        """The URL of that."""
        return self._address.url

    @property
    def port(self) -> int:
        """The port; 0 before `open`."""
        return self._port

    @property
    def is_listening(self) -> bool:
        """Whether connections are taken."""
        return self._is_listening

    def open(self) -> None:
        """
        Take the port, shut at first.

        Raises:
            OSError: It cannot be had.
        """
        self._socket = _bound_socket(self._host, self._port)
        self._port = self._socket.getsockname()[1]
        scheme = "https" if self.tls else "http"
        host = f"[{self._host}]" if ":" in self._host else self._host
        url = f"{scheme}://{host}:{self._port}{self.prefix}"
        self._address = msgspec.structs.replace(self._address, url=url)

    def listen(self, *, is_curt: bool = False) -> None:
        """
        Take connections from now on.

        *is_curt*: they are closed as soon as they are there, before a word of TLS or
        HTTP is said, and so are those that are open.
        """
        if is_curt and not self._is_curt:
            self._turn_away()
            self._hang_up()
        self._is_curt = is_curt
        if self._socket is None or self._is_listening:
            return
        self._is_listening = True
        self._socket.listen(_BACKLOG)
        # asyncio's own server forgets connections that it had accepted and not yet
        # begun when it is closed: their clients would wait for ever.
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def shut(self) -> None:
        """Refuse connections from now on, and hang up on all that are open."""
        if self._let_go():
            # Since the line above the port was free for a moment: as long as somebody
            # listens on a port nobody else can bind it, short of sharing it.
            self._socket = _bound_socket(self._host, self._port)
            self._turn_away()
            self._hang_up()

    async def close(self) -> None:
        """Give the port back; open connections end at once."""
        if not self._let_go() and self._socket is not None:
            self._socket.close()
        self._socket = None
        self._turn_away()
        if self._arriving:
            await asyncio.wait(self._arriving)
        self._hang_up()
        while self._http.connections:
            await asyncio.sleep(0)

    def _let_go(self) -> bool:
        """Stop listening, and tell whether we did before."""
        if self._socket is None or not self._is_listening:
            return False
        self._is_listening = False
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        return True

    def _accept(self) -> None:
        """Begin with a client that has come."""
        if self._socket is None:
            return
        try:
            peer, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # it went again
        peer.setblocking(False)
        beginning = self._see_off(peer) if self._is_curt else self._begin(peer)
        begun = asyncio.get_running_loop().create_task(beginning)
        self._arriving[begun] = peer
        begun.add_done_callback(self._arriving.pop)

    async def _begin(self, peer: socket.socket) -> None:
        patience = _TLS_PATIENCE if self.tls else None
        # A client that does not like our certificate leaves: that is no fault of ours.
        with suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                self._connection,
                peer,
                ssl=self.tls,
                ssl_handshake_timeout=patience,
                ssl_shutdown_timeout=patience,
            )

    async def _see_off(self, peer: socket.socket) -> None:
        """Close at once; what the client says meanwhile is read, or it would be reset."""
        loop = asyncio.get_running_loop()
        with suppress(OSError, TimeoutError), peer:
            peer.shutdown(socket.SHUT_WR)
            async with asyncio.timeout(_TLS_PATIENCE):
                while await loop.sock_recv(peer, 4096):
                    pass

    def _turn_away(self) -> None:
        """End what is under way with clients that have not got as far as HTTP."""
        for peer in self._arriving.values():
            with suppress(OSError):  # it may have left already
                peer.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        for connection in self._http.connections:
            if isinstance(connection, Connection):
                connection.hang_up()

    def _serve(self, request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        return self._responder.serve(self._address, request)

    def _connection(self) -> Connection:
        return Connection(
            self._http,
            is_welcome=lambda: self._is_listening,
            on_unreadable=partial(self._responder.refuse_garbage, self._address),
            find_prompt=partial(self._responder.prompt, self._address),
            **_SETTINGS,
        )


def _bound_socket(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, _, _, address = found[0]
    bound = socket.socket(family, kind)
    try:
        # Connections of a moment ago may still linger on the port.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    return bound
