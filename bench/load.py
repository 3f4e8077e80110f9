"""
A load generator in a process of its own: ``python -m bench.load PORT SECONDS CONNECTIONS``.

Each connection has one request under way, and sends the next as soon as the answer is
whole. Bytes are made before the time begins; an answer is not read but for where it ends
and its status. It prints one line of JSON; ``busy`` is the share of the time in which the
generator itself worked (near 1 it would be what is measured), ``all`` what was answered
with the warm-up.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import cast

import uvloop

from bench.request import request

_SLOTS = 40
_WARM_UP_SECONDS = 0.3


@dataclass
class Count:
    """What all connections together have seen."""

    answered: int = 0
    failed: int = 0
    is_over: bool = False


class Client(asyncio.Protocol):
    """One connection; opened anew whenever the server closes it."""

    def __init__(self, port: int, number: int, count: Count) -> None:
        """Speak for the client *number*."""
        self._port = port
        self._requests = [request(number, slot) for slot in range(_SLOTS)]
        self._count = count
        self._turn = 0
        self._got = b""
        self._transport: asyncio.Transport | None = None

    async def connect(self) -> None:
        """Open the connection."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self._port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._got = b""
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next request once the answer is whole."""
        self._got += data
        end = end_of_answer(self._got)
        if end is None:
            return
        is_good = self._got[9:12] in (b"200", b"201")
        is_closing = b"connection: close" in self._got[:end].lower()
        self._got = self._got[end:]
        self._count.answered += is_good
        self._count.failed += not is_good
        if not is_closing:
            self._send()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Come again, unless it is over; a server may close after each answer."""
        if not self._count.is_over:
            task = asyncio.get_running_loop().create_task(self.connect())
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def stop(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def _send(self) -> None:
        assert self._transport is not None
        self._turn += 1
        self._transport.write(self._requests[self._turn % _SLOTS])


def end_of_answer(got: bytes) -> int | None:
    """Return where the first answer in *got* ends; ``None``: it is not there yet."""
    head_end = got.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = got[:head_end].lower()
    place = head.find(b"content-length:")
    if place >= 0:
        length = int(head[place + 15 :].partition(b"\r\n")[0])
        end = head_end + 4 + length
        return end if len(got) >= end else None
    last = got.find(b"0\r\n\r\n", head_end)
    return last + 5 if last >= 0 else None


async def _measure(port: int, seconds: float, connections: int) -> dict[str, float]:
    count = Count()
    clients = [Client(port, number, count) for number in range(connections)]
    await asyncio.gather(*(client.connect() for client in clients))
    await asyncio.sleep(_WARM_UP_SECONDS)
    before = count.answered, time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    after = count.answered, time.perf_counter(), time.process_time()
    count.is_over = True
    for client in clients:
        client.stop()
    answered, took, busy = (b - a for a, b in zip(before, after, strict=True))
    return {
        "rate": answered / took,
        "all": count.answered,
        "failed": count.failed,
        "busy": busy / took,
    }


if __name__ == "__main__":
    port_, seconds_, connections_ = sys.argv[1:]
    print(json.dumps(uvloop.run(_measure(int(port_), float(seconds_), int(connections_)))))
