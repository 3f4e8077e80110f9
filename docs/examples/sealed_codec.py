"""A codec as a vendor of a compressed and signed test build would write it."""

import hashlib
import hmac
import zlib

_KEY = b"the vendor's own"
_SEAL = 32


class SealedCodec:
    """Bodies are compressed, and begin with an HMAC of what follows."""

    def unpack(self, body: bytes) -> bytes:
        """Return the plain body."""
        seal, packed = body[:_SEAL], body[_SEAL:]
        if not hmac.compare_digest(seal, _seal(packed)):
            raise ValueError("body: expected a valid seal, got another one")
        try:
            return zlib.decompress(packed)
        except zlib.error as error:
            raise ValueError(f"body: expected a compressed one, {error}") from error

    def pack(self, body: bytes) -> bytes:
        """Return *body* as it goes on the wire."""
        packed = zlib.compress(body)
        return _seal(packed) + packed


def _seal(packed: bytes) -> bytes:
    return hmac.new(_KEY, packed, hashlib.sha256).digest()
