"""
The entries of a HAR file, one by one, however long it is and whatever is broken in it.

A reader that takes a file as a whole loses all of it to one bad entry, or to an end that
is missing. Here each entry is read for itself.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import zstandard

_CHUNK = 1 << 20
#: So far into a file the list of entries begins; before it stand pages and a creator.
_MOST_HEAD = 64 << 20
#: What is larger is no entry, but a file that was damaged.
_LARGEST_ENTRY = 64 << 20
#: To see that an entry has no end, all that follows is looked at; so much in all.
_MOST_IN_VAIN = 256 << 20

_ENTRIES = re.compile(rb'(?<!\\)"entries"\s*:\s*\[')
#: A quote by itself is a text that goes on beyond what was read.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}"]', re.DOTALL)
_NEXT_ENTRY = re.compile(
    rb',\s*(?=\{\s*"(?:startedDateTime|pageref|connection|time|request|_[A-Za-z]+)")'
)
_NO_OBJECT = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^,\[\]{}"]++', re.DOTALL)
_SOMETHING = re.compile(rb"[^ \t\r\n,]")
_DEPTH = {b"{": 1, b"}": -1}


class HarStream:
    """Reads a HAR file from front to back."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin at the start of *file*."""
        self._file = file
        self._buffer = b""
        #: How much of the buffer is behind us.
        self._done = 0
        self._is_at_end = False
        self._in_vain = 0

    def entries(self) -> Iterator[dict[str, Any] | str]:
        """
        Yield the entries in order; a text says what is wrong with one that is broken.

        Raises:
            ValueError: There is no list of entries at all.
        """
        self._find_entries()
        while True:
            begin = self._next_byte()
            if self._in_vain > _MOST_IN_VAIN:
                yield "too many entries have no end; what follows is left out"
                return
            if begin == b"]":
                return
            if not begin:
                yield "the file ends here, in the middle of its list of entries"
                return
            yield self._entry() if begin == b"{" else self._no_object()

    def _no_object(self) -> str:
        """Pass over what stands in the place of an entry."""
        while True:
            found = _NO_OBJECT.match(self._buffer, self._done)
            is_whole = found is not None and found.end() < len(self._buffer)
            is_mark = found is None and self._buffer[self._done : self._done + 1] != b'"'
            is_endless = len(self._buffer) - self._done > _LARGEST_ENTRY
            if is_whole or is_mark or is_endless or not self._read_more():
                break
        end = found.end() if found else self._done + 1
        text, self._done = self._buffer[self._done : end], end
        return f"expected an object, got {text[:40]!r}"

    def _find_entries(self) -> None:
        while not (found := _ENTRIES.search(self._buffer)):
            if len(self._buffer) > _MOST_HEAD or not self._read_more():
                raise ValueError("no list of entries in it")
        self._done = found.end()

    def _next_byte(self) -> bytes:
        """Go to the next byte that is no blank, and return it; empty at the end."""
        while True:
            found = _SOMETHING.search(self._buffer, self._done)
            if found:
                self._done = found.start()
                return found[0]
            self._done = len(self._buffer)
            if not self._read_more():
                return b""

    def _entry(self) -> dict[str, Any] | str:
        """Take the next entry, or whatever stands in its place."""
        while (end := self._end_of_entry()) is None:
            is_endless = len(self._buffer) - self._done > _LARGEST_ENTRY
            if is_endless or not self._read_more():
                return self._resume()
        text = self._buffer[self._done : end]
        self._done = end
        return _parsed(text)

    def _end_of_entry(self) -> int | None:
        """Return where the object that begins here ends; ``None``: not in the buffer."""
        depth = 0
        for token in _TOKEN.finditer(self._buffer, self._done):
            if token[0] == b'"':
                return None
            depth += _DEPTH.get(token[0], 0)
            if depth <= 0 and token[0] in _DEPTH:
                return token.end()
        return None

    def _resume(self) -> str:
        """Go on where the next entry seems to begin: this one has no end."""
        self._in_vain += len(self._buffer) - self._done
        found = _NEXT_ENTRY.search(self._buffer, self._done)
        self._done = found.end() if found else len(self._buffer)
        return "expected a whole JSON object, and it has no end"

    def _read_more(self) -> bool:
        """Read on; twice as much each time, so that a huge entry is not read in vain."""
        if self._is_at_end:
            return False
        left = self._buffer[self._done :]
        try:
            chunk = self._file.read(max(_CHUNK, len(left)))
        except (EOFError, OSError, zstandard.ZstdError):
            chunk = b""  # a compressed file that is cut off
        self._is_at_end = not chunk
        self._buffer, self._done = left + chunk, 0
        return bool(chunk)


def _parsed(text: bytes) -> dict[str, Any] | str:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"expected JSON, {error}"
    return (
        content if isinstance(content, dict) else f"expected an object, got {text[:40]!r}"
    )
