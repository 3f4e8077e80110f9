"""
Is anything under way between an SDK and the servers?

Bytes that were sent and have not arrived wake nobody yet, though they will. On a busy
machine the kernel may take its time, even where both ends are on it. Its list of sockets
tells how much each has sent that was not received, and received that was not read.
"""

import socket
import struct
from collections.abc import Iterator

_SOCK_DIAG = 4
#: The older of two questions, which is answered for IPv4 and IPv6 at once.
_ALL_SOCKETS, _DUMP = 18, 0x301
_ERROR, _DONE = 2, 3

_ESTABLISHED, _SYN_SENT, _SYN_RECEIVED, _LISTEN = 1, 2, 3, 10
_CONNECTING = (_SYN_SENT, _SYN_RECEIVED)
_STATES = sum(1 << one for one in (_ESTABLISHED, *_CONNECTING, _LISTEN))

_PATIENCE_SECONDS = 1.0

_HEADER = struct.Struct("=IHHII")
_QUESTION = struct.Struct("=4x48sII")
_ANSWER = struct.Struct("=BBBx2s2s44s4xII")


type _Listed = tuple[int, int, int, int, int]


def is_quiet(ports: frozenset[int]) -> bool:
    """
    Tell whether nothing is under way to or from any of *ports*.

    The list is not cheap: the kernel walks through a large table for it. Where it does
    not tell, it is taken for quiet.
    """
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
            kernel.settimeout(_PATIENCE_SECONDS)
            listed = list(_listed(kernel))
    except OSError:
        return True
    return not any(_is_under_way(one, ports) for one in listed)


def _is_under_way(listed: _Listed, ports: frozenset[int]) -> bool:
    state, source, target, unread, unsent = listed
    if source not in ports and target not in ports:
        return False
    if state == _LISTEN:
        return unread > 0  # connections that nobody has taken yet
    at_server = source in ports
    return state in _CONNECTING or unsent > 0 or (at_server and unread > 0)


def _listed(kernel: socket.socket) -> Iterator[_Listed]:
    """Return state, source and target port, unread and unsent bytes of each socket."""
    kernel.send(_question())
    while True:
        data = kernel.recv(1 << 18)
        yield from _read(data)
        if _ends(data):
            return


def _question() -> bytes:
    body = _QUESTION.pack(bytes(48), _STATES, 0)
    return _HEADER.pack(_HEADER.size + len(body), _ALL_SOCKETS, _DUMP, 1, 0) + body


def _messages(data: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        yield kind, at + _HEADER.size
        at += max(_HEADER.size, (length + 3) & ~3)


def _ends(data: bytes) -> bool:
    return any(kind in (_DONE, _ERROR) for kind, _ in _messages(data))


def _read(data: bytes) -> Iterator[_Listed]:
    for kind, at in _messages(data):
        if kind == _ALL_SOCKETS:
            _, state, _, source, target, _, unread, unsent = _ANSWER.unpack_from(data, at)
            big = int.from_bytes
            yield state, big(source), big(target), unread, unsent
