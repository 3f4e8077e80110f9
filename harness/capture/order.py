"""
Exchanges in the order in which they were over, in a memory that does not grow.

Tools write their entries in the order of beginnings, of ends, or by host. What does not
fit into one batch is sorted in batches on disk, and merged.
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import IO

import msgspec

from harness.domain.recording import Exchange

#: An exchange with its position in the capture.
type Placed = tuple[int, Exchange]

_BATCH = 10_000
_LENGTH_BYTES = 4


def in_order(exchanges: Iterable[Placed], batch: int = _BATCH) -> Iterator[Placed]:
    """Yield *exchanges* by when they were over, then by position."""
    batches = batched(exchanges, batch)
    first = sorted(next(batches, ()), key=_key)
    second = next(batches, None)
    if second is None:
        yield from first
        return
    with tempfile.TemporaryFile() as file:
        offsets = [_spill(file, first), _spill(file, sorted(second, key=_key))]
        offsets += [_spill(file, sorted(more, key=_key)) for more in batches]
        runs = [_read(file, begin, end) for begin, end in offsets]
        yield from heapq.merge(*runs, key=_key)


def _key(placed: Placed) -> tuple[datetime, int]:
    return placed[1].over_at, placed[0]


def _spill(file: IO[bytes], run: Iterable[Placed]) -> tuple[int, int]:
    encode = msgspec.msgpack.Encoder().encode
    begin = file.seek(0, 2)
    for placed in run:
        text = encode(placed)
        file.write(len(text).to_bytes(_LENGTH_BYTES) + text)
    return begin, file.tell()


def _read(file: IO[bytes], begin: int, end: int) -> Iterator[Placed]:
    """Read one run back, piece by piece: all runs share the file."""
    decode = msgspec.msgpack.Decoder(tuple[int, Exchange]).decode
    rest, at = b"", begin
    while at < end or rest:
        if at < end:
            file.seek(at)
            chunk = file.read(min(_PIECE, end - at))
            at += len(chunk)
            rest += chunk
        done = 0
        while len(rest) - done >= _LENGTH_BYTES:
            size = int.from_bytes(rest[done : done + _LENGTH_BYTES])
            stop = done + _LENGTH_BYTES + size
            if stop > len(rest):
                break
            yield decode(rest[done + _LENGTH_BYTES : stop])
            done = stop
        rest = rest[done:]


#: So much of each run is in memory at a time.
_PIECE = 1 << 16
