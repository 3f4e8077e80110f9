"""
What goes by on the loopback interface, packet by packet, read by nothing else of ours.

It is there to see that what the mock server has told, and the rules have judged, is what
happened: it knows neither wire profiles nor recordings. It needs a network of one's own.
"""

import base64
import json
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

_ALL_PROTOCOLS = 0x0003
_OUTGOING = 4
_ETHERNET, _TCP = 14, 6
_PORTS = struct.Struct("!HHI")
_REQUEST = re.compile(rb"(?:^|\r\n)(GET|POST) (\S+) HTTP/1\.1\r\n")
_LONGEST = 1 << 17
#: How long it listens on after the end for what is still under way.
_LISTENING_SECONDS = 0.3


@dataclass(frozen=True)
class Asked:
    """One authorisation request as it went by: to which port, and what it holds."""

    port: int
    content: dict[str, Any]


class Wiretap:
    """Everything that was sent by TCP since it began."""

    def __init__(self) -> None:
        self._known: set[tuple[int, int, int]] = set()
        #: Target port and payload of each segment, in their order.
        self._segments: list[tuple[int, bytes]] = []

    def take(self, frame: bytes) -> None:
        """Take in one frame of the interface."""
        packet = frame[_ETHERNET:]
        if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != _TCP:
            return
        size = int.from_bytes(packet[2:4]) or len(packet)
        segment = packet[(packet[0] & 15) * 4 : size]
        source, target, number = _PORTS.unpack_from(segment)
        payload = segment[(segment[12] >> 4) * 4 :]
        is_repeated = (source, target, number) in self._known
        if payload and not is_repeated:
            self._known.add((source, target, number))
            self._segments.append((target, payload))

    def asked(self) -> list[Asked]:
        """Return the authorisation requests, in the order in which they went by."""
        return [
            Asked(target, json.loads(base64.b64decode(packed)))
            for target, payload in self._segments
            for packed in _packed(payload)
        ]


def _packed(payload: bytes) -> Iterator[bytes]:
    for found in _REQUEST.finditer(payload):
        parts = urlsplit(found[2].decode())
        if found[1] == b"GET" and parts.path.endswith("/auth/"):
            yield parse_qs(parts.query)["ext"][0].replace(" ", "+").encode()


@contextmanager
def tapped() -> Iterator[Wiretap]:
    """Listen as long as the context lasts."""
    tap, is_over = Wiretap(), threading.Event()
    with socket.socket(
        socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS)
    ) as raw:
        raw.bind(("lo", 0))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        raw.settimeout(_LISTENING_SECONDS)

        def listen() -> None:
            while True:
                try:
                    frame, about = raw.recvfrom(_LONGEST)
                except TimeoutError:
                    if is_over.is_set():
                        return
                    continue
                if about[2] != _OUTGOING:
                    tap.take(frame)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            yield tap
        finally:
            is_over.set()
            listener.join(10 * _LISTENING_SECONDS)
