"""
HTTP to a licence server. What goes wrong is a value, not an exception: the caller has to
decide anyway.
"""

import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

#: A message or the body of an answer, as JSON has it.
Message = dict[str, Any]


class Answer(NamedTuple):
    """
    What came of a request.

    `status` is `None` where no answer came, or half of one; `request_sent` then says
    whether the server may have acted on the request all the same. `body` is empty where it
    is no JSON object.
    """

    status: int | None
    body: Message
    request_sent: bool = True


class Transport:
    """
    Sends one request a connection: an idle connection that the server has closed must not
    cost a report.
    """

    headers: Mapping[str, str] = {
        "Content-Type": "application/json",
        "Connection": "close",
    }

    def __init__(self, ca_file: str | None, timeout_s: float) -> None:
        self._ca_file = ca_file
        self._timeout_s = timeout_s

    def post(self, url: str, message: Message) -> Answer:
        """POST a message and wait for the answer."""
        return self.send("POST", url, message)

    def send(self, method: str, url: str, message: Message) -> Answer:
        """
        Send a message with any HTTP method and wait for the answer, no longer than the
        time-out.
        """
        try:
            connection = self.connect(url)
        except OSError:
            return Answer(None, {}, request_sent=False)
        watchdog = threading.Timer(self._timeout_s, _hang_up, [connection.sock])
        watchdog.daemon = True
        watchdog.start()
        try:
            return self.exchange(
                connection, method, urlsplit(url).path, json.dumps(message).encode()
            )
        finally:
            watchdog.cancel()
            self.release(connection)

    def connect(self, url: str) -> HTTPConnection:
        """
        A connection to the server of `url`.

        Raises: `OSError` where there is none to be had.
        """
        connection = self.connection_to(url)
        connection.connect()
        return connection

    def release(self, connection: HTTPConnection) -> None:
        """Be done with a connection for now."""
        connection.close()

    def connection_to(self, url: str) -> HTTPConnection:
        """A connection to the server of `url`, not yet made."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return HTTPSConnection(
                host, parts.port, timeout=self._timeout_s, context=self.tls_context()
            )
        return HTTPConnection(host, parts.port, timeout=self._timeout_s)

    def tls_context(self) -> ssl.SSLContext:
        """Whom to trust: the given authority alone, or without one those of the system."""
        return ssl.create_default_context(cafile=self._ca_file)

    def exchange(
        self, connection: HTTPConnection, method: str, path: str, body: bytes
    ) -> Answer:
        """Send a request over a connection that was made, and read the answer."""
        request_sent = False
        try:
            connection.request(method, path, body, self.headers)
            request_sent = True
            response = connection.getresponse()
            return Answer(response.status, _parse_object(response.read()))
        except (OSError, HTTPException, ValueError):
            return Answer(None, {}, request_sent)


def _hang_up(sock: socket.socket) -> None:
    # The socket's own time-out starts anew with every byte; a server that dribbles would
    # hold us for ever.
    with suppress(OSError):  # the answer may just have arrived
        sock.shutdown(socket.SHUT_RDWR)


def _parse_object(body: bytes) -> Message:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
