"""Claims about what is seen between two ends of a connection."""

import socket
import time

import pytest

from harness.drivers.clocks.underway import is_quiet

#: How long the kernel may take to deliver on this machine.
_CEILING_SECONDS = 20


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def port(end: socket.socket) -> frozenset[int]:
    return frozenset({end.getsockname()[1]})


def becomes_quiet(ports: frozenset[int]) -> bool:
    end = time.monotonic() + _CEILING_SECONDS
    while not is_quiet(ports):
        if time.monotonic() > end:
            return False
    return True


def test_a_connection_that_nobody_took_is_under_way(listener):
    """A client that waits to be let in is seen, until it is."""
    with socket.create_connection(listener.getsockname()):
        assert not is_quiet(port(listener))
        listener.accept()[0].close()
        assert becomes_quiet(port(listener))


def test_what_the_server_has_not_read_is_under_way(listener):
    """Bytes that came and were not read are seen, until they are."""
    with socket.create_connection(listener.getsockname()) as client:
        server = listener.accept()[0]
        client.sendall(b"request")
        assert not is_quiet(port(listener))
        assert server.recv(100) == b"request"
        assert becomes_quiet(port(listener))
        server.close()


def test_what_the_client_leaves_unread_is_its_own_affair(listener):
    """An answer that lies at the client does not keep time from passing."""
    with socket.create_connection(listener.getsockname()):
        server = listener.accept()[0]
        server.sendall(b"answer")
        assert becomes_quiet(port(listener))
        server.close()


def test_others_do_not_count(listener):
    """What goes on at other ports is not seen."""
    with socket.create_connection(listener.getsockname()):
        assert is_quiet(frozenset({1}))
