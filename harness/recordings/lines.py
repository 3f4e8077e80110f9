"""The lines of a recording."""

from collections.abc import Iterator
from functools import partial
from typing import Protocol

#: An event has some kilobytes; of a longer line no more than this is held at a time.
_LONGEST_BYTES = 64 << 20


class Readable(Protocol):
    """A file, as far as it is needed here."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or the first *size* bytes of it; empty at the end."""
        ...


def lines_of(file: Readable) -> Iterator[bytes]:
    """Yield the lines of *file*; one that is far too long comes in pieces."""
    return iter(partial(file.readline, _LONGEST_BYTES), b"")
