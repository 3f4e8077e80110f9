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
        yield _value(memoryview(content)[:size], content[size], 0)


def _length(digits: bytes) -> int:
    if not digits.isdigit() or int(digits) > _LARGEST:
        raise ValueError(f"expected a length of at most {_LARGEST}, got {digits!r}")
    return int(digits)


def _value(data: memoryview, kind: int, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError("a flow is nested too deeply")
    parse = _SCALARS.get(kind)
    if parse is not None:
        return parse(data.tobytes())
    if kind not in b"]}":
        raise ValueError(f"expected a kind of value, got {chr(kind)!r}")
    parts = list(_parts(data, depth + 1))
    if kind == ord("]"):
        return parts
    keys = parts[::2]
    if len(parts) % 2 or not all(isinstance(key, str | bytes) for key in keys):
        raise ValueError("expected keys, each with its value")
    return dict(zip(keys, parts[1::2], strict=True))


def _parts(data: memoryview, depth: int) -> Iterator[Any]:
    at = 0
    while at < len(data):
        head = data[at : at + _MOST_DIGITS + 1].tobytes()
        digits, colon, _ = head.partition(b":")
        begin = at + len(digits) + 1
        end = begin + _length(digits)
        if not colon or end >= len(data):
            raise ValueError("a part of a flow is longer than all of it")
        yield _value(data[begin:end], data[end], depth)
        at = end + 1


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
