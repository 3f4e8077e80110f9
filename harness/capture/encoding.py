"""Content encodings, undone: never to more than a message may have."""

import gzip
import io
import zlib
from collections.abc import Callable, Mapping

import brotli
import zstandard

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
#: A body that unpacks to more than this is no message, but made to fill a memory.
_MOST = 64 << 20
_PIECE = 1 << 16
_SLICE = 256


def undone(body: bytes, headers: Mapping[str, str]) -> bytes:
    """
    Return *body* without the encoding that its *headers* (in lower case) name.

    Most tools have undone it already: only what looks encoded is unpacked, and what
    cannot be unpacked, or to too much, stays as it is.
    """
    unpack = _unpacker(headers.get("content-encoding", "").lower(), body)
    if unpack is None:
        return body
    try:
        unpacked = unpack(body)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError, brotli.error):
        return body
    return body if len(unpacked) > _MOST else unpacked


def _unpacker(encoding: str, body: bytes) -> Callable[[bytes], bytes] | None:
    if "gzip" in encoding and body.startswith(_GZIP):
        return _gunzipped
    if "zstd" in encoding and body.startswith(_ZSTD):
        return _unzstd
    if "deflate" in encoding:
        return _inflated
    return _unbrotli if encoding == "br" else None


def _gunzipped(body: bytes) -> bytes:
    return gzip.GzipFile(fileobj=io.BytesIO(body)).read(_MOST + 1)


def _unzstd(body: bytes) -> bytes:
    # What a frame says of its length is not relied upon; a few bytes may be megabytes.
    stream = zstandard.ZstdDecompressor().decompressobj()
    unpacked = bytearray()
    for begin in range(0, len(body), _SLICE):
        unpacked += stream.decompress(body[begin : begin + _SLICE])
        if stream.eof or len(unpacked) > _MOST:
            return bytes(unpacked)
    raise EOFError("cut off")


def _inflated(body: bytes) -> bytes:
    """Undo ``deflate``; some servers leave out the head that it should have."""
    try:
        return _inflated_from(zlib.decompressobj(), body)
    except zlib.error:
        return _inflated_from(zlib.decompressobj(-zlib.MAX_WBITS), body)


def _inflated_from(stream: "zlib._Decompress", body: bytes) -> bytes:
    unpacked = stream.decompress(body, _MOST + 1)
    if not stream.eof and not stream.unconsumed_tail:
        raise EOFError("cut off")
    return unpacked


def _unbrotli(body: bytes) -> bytes:
    stream = brotli.Decompressor()
    pieces = [stream.process(body, output_buffer_limit=_PIECE)]
    size = len(pieces[0])
    while not stream.is_finished() and size <= _MOST:
        piece = stream.process(b"", output_buffer_limit=_PIECE)
        if not piece:
            raise EOFError("cut off")
        pieces.append(piece)
        size += len(piece)
    if not stream.is_finished() and size <= _MOST:
        raise EOFError("cut off")
    return b"".join(pieces)
