"""
The netstrings of a mitmproxy file, one by one, and none of them without bounds.

mitmproxy's own reader takes what a file says of its lengths for granted: a negative one
keeps it busy for ever, a great one fills the memory, and nesting ends in a traceback.
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

#: A flow is held as a whole; what is larger was not made by a proxy.
_LARGEST = 256 << 20
_MOST_DIGITS = len(str(_LARGEST))
_DEEPEST = 30


def read_netstrings(file: BinaryIO) -> Iterator[Any]:
    """
    Yield the values in *file*, from front to back.

    Raises:
        ValueError: What follows is no netstring, or was cut off.
    """
    while (head := file.read(1)) != b"":
        while not head.endswith(b":"):
            more = file.read(1)
            if not more or len(head) > _MOST_DIGITS:
                raise ValueError("expected the length of a flow, and a colon")
            head += more
        size = _length(head[:-1])
        content = file.read(size + 1)
        if len(content) != size + 1:
            raise ValueError("the flow is cut off")
        yield _value(content, 0, size, 0)


def _length(digits: bytes) -> int:
    length = int(digits) if digits.isdigit() else -1
    if not 0 <= length <= _LARGEST:
        raise ValueError(f"expected a length of at most {_LARGEST}, got {digits!r}")
    return length


def _value(data: bytes, begin: int, end: int, depth: int) -> Any:
    """Return the value that stands from *begin* to *end*, where its kind is told."""
    parse = _SCALARS.get(data[end])
    return parse(data[begin:end]) if parse else _container(data, begin, end, depth)


def _container(data: bytes, begin: int, end: int, depth: int) -> Any:
    kind = data[end]
    if kind not in b"]}":
        raise ValueError(f"expected a kind of value, got {chr(kind)!r}")
    if depth >= _DEEPEST:
        raise ValueError("a flow is nested too deeply")
    parts = _parts(data, begin, end, depth + 1)
    if kind == ord("]"):
        return parts
    keys = parts[::2]
    if len(parts) % 2 or not all(isinstance(key, (str, bytes)) for key in keys):
        raise ValueError("expected keys, each with its value")
    return dict(zip(keys, parts[1::2], strict=True))


def _parts(data: bytes, at: int, stop: int, depth: int) -> list[Any]:
    parts = []
    while at < stop:
        most = min(at + _MOST_DIGITS + 1, stop)
        colon = data.find(b":", at, most)
        begin = colon + 1
        end = begin + _length(data[at : most if colon < 0 else colon])
        if colon < 0 or end >= stop:
            raise ValueError("a part of a flow is longer than all of it")
        # Most are scalars, and there are hundreds in a flow.
        parse = _SCALARS.get(data[end])
        whole = parse(data[begin:end]) if parse else _container(data, begin, end, depth)
        parts.append(whole)
        at = end + 1
    return parts


def _is_true(data: bytes) -> bool:
    return data == b"true"


_SCALARS: dict[int, Callable[[bytes], Any]] = {
    ord(","): bytes,
    ord(";"): bytes.decode,
    ord("#"): int,
    ord("^"): float,
    ord("!"): _is_true,
    ord("~"): lambda _: None,
}
