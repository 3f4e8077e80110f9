"""Other ways with connections."""

import select
from http.client import HTTPConnection
from types import MappingProxyType
from typing import override
from urllib.parse import urlsplit

from licence_client import LicenceClient
from licence_client.transport import Answer, Transport


class PersistentTransport(Transport):
    """
    Uses a connection again, unless the server has closed it: a request on such a one would
    be lost, and to repeat it is not ours to do.
    """

    headers = MappingProxyType({"Content-Type": "application/json"})

    def __init__(self, ca_file: str | None, timeout_s: float) -> None:
        super().__init__(ca_file, timeout_s)
        self._idle: dict[tuple[str, int | None], HTTPConnection] = {}

    @override
    def connect(self, url: str) -> HTTPConnection:
        parts = urlsplit(url)
        idle = self._idle.pop((parts.hostname or "", parts.port), None)
        if idle is not None and idle.sock is not None:
            # An idle server has nothing to say; what can be read is the end.
            if not select.select([idle.sock], [], [], 0)[0]:
                return idle
            idle.close()
        return super().connect(url)

    @override
    def release(self, connection: HTTPConnection) -> None:
        if connection.sock is not None:
            self._idle[connection.host, connection.port] = connection

    @override
    def exchange(
        self, connection: HTTPConnection, method: str, path: str, body: bytes
    ) -> Answer:
        answer = super().exchange(connection, method, path, body)
        if answer.status is None:
            connection.close()
        return answer

    def close(self) -> None:
        """Close what is idle."""
        for connection in self._idle.values():
            connection.close()
        self._idle.clear()


class KeepsConnections(LicenceClient):
    """A connection is kept open and used for the next request."""

    transport_type = PersistentTransport
    transport: PersistentTransport

    @override
    def stop(self) -> None:
        super().stop()
        self.transport.close()
