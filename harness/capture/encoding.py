"""Content encodings, where a capture holds a body as it was on the wire."""

import gzip
import zlib
from collections.abc import Mapping

import zstandard

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"

#: A body that unpacks to more than this is no message.
_MOST = 64 << 20


def undone(body: bytes, headers: Mapping[str, str]) -> bytes:
    """
    Return *body* without the encoding that its *headers* (in lower case) name.

    Most tools have undone it already: only what looks encoded is unpacked, and what
    cannot be unpacked stays as it is.
    """
    encoding = headers.get("content-encoding", "").lower()
    try:
        if "gzip" in encoding and body.startswith(_GZIP):
            return gzip.decompress(body)
        if "zstd" in encoding and body.startswith(_ZSTD):
            return zstandard.ZstdDecompressor().decompress(body, max_output_size=_MOST)
        if "deflate" in encoding:
            return zlib.decompress(body)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError):
        pass
    return body
