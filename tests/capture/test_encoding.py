"""Content encodings: undone, but not to any size."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from harness.capture.encoding import undone

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "br": brotli.compress,
}
LARGE = bytes((64 << 20) + 1)


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("body", [b"", b"abc" * 9, bytes(500_000)])
def test_undone(encoding: str, body: bytes) -> None:
    """Whatever was packed is unpacked."""
    packed = PACKERS[encoding](body)
    assert undone(packed, {"content-encoding": encoding}) == body


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_bomb_stays_packed(encoding: str) -> None:
    """What unpacks to more than any message has stays as it is."""
    packed = PACKERS[encoding](LARGE)
    assert undone(packed, {"content-encoding": encoding}) is packed


@pytest.mark.parametrize("encoding", PACKERS)
def test_cut_off(encoding: str) -> None:
    """Half of a packed body is no body, and stays as it is."""
    packed = PACKERS[encoding](bytes(range(256)) * 9)
    half = packed[: len(packed) // 2]
    got = undone(half, {"content-encoding": encoding})
    assert got == half


def test_without_a_head() -> None:
    """Some servers leave out what ``deflate`` begins with."""
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packing.compress(b"abc") + packing.flush()
    assert undone(packed, {"content-encoding": "deflate"}) == b"abc"


def test_not_packed() -> None:
    """Most tools have undone it already, and kept the header."""
    for encoding in (*PACKERS, "identity", ""):
        assert undone(b'{"a": 1}', {"content-encoding": encoding}) == b'{"a": 1}'
