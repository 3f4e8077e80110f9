"""How a message is packed into a request: its body, a form, a query; what is around it."""

import base64
import binascii
import json
from typing import Any, Protocol
from urllib.parse import parse_qsl

from harness.wire.profile import Packing


class Codec(Protocol):
    """
    What turns bytes on the wire into a body that a profile can read, and back.

    For test builds that compress, sign or encrypt: whoever has the key writes one.
    """

    def unpack(self, body: bytes) -> bytes:
        """Return the plain body; raises ``ValueError`` if *body* is not one's own."""
        ...

    def pack(self, body: bytes) -> bytes:
        """Return *body* as it goes on the wire."""
        ...


class PlainCodec:
    """Bodies stand on the wire as they are."""

    def unpack(self, body: bytes) -> bytes:
        """Return *body*."""
        return body

    def pack(self, body: bytes) -> bytes:
        """Return *body*."""
        return body


def unpacked(packing: Packing, codec: Codec, body: bytes, query: str) -> dict[str, Any]:
    """
    Return the content of a request's message.

    Raises:
        ValueError: It is not packed as *packing* says.
    """
    if packing.read == "json":
        return _object(codec.unpack(body), "body")
    text = query if packing.read == "query" else codec.unpack(body).decode()
    fields = dict(parse_qsl(text, keep_blank_values=True))
    if packing.parameter is None:
        return fields
    where = f"{packing.read} parameter {packing.parameter}"
    if packing.parameter not in fields:
        raise ValueError(f"{where}: expected one, got none")
    written = fields[packing.parameter].encode()
    return _object(_decoded(written, where) if packing.encoding else written, where)


def _decoded(written: bytes, where: str) -> bytes:
    """Read base64 of either alphabet; a query turns its plus signs into spaces."""
    standard = written.replace(b" ", b"+").replace(b"-", b"+").replace(b"_", b"/")
    padded = standard + b"=" * (-len(standard) % 4)
    try:
        return base64.b64decode(padded, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{where}: expected base64, {error}") from error


def _object(text: bytes, where: str) -> dict[str, Any]:
    try:
        # The whole grammar of JSON, big numbers and duplicate keys included.
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where}: expected JSON, {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{where}: expected an object, got {shortened(content)}")
    return content


def shortened(value: Any) -> str:
    """Write *value* for a message: as JSON, and not too much of it."""
    if isinstance(value, str):
        value = value[:60]  # what is written as JSON is longer still
    try:
        text = json.dumps(value)
    except RecursionError:
        return "something that is nested too deeply"
    return text if len(text) <= 60 else f"{text[:57]}..."
