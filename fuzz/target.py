"""What is fuzzed: a parser, with examples of what it reads."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """
    A parser that meets bytes of others.

    Attributes:
        feed: Lets it read some bytes. It raises whatever the parser should not have
            raised, and `AssertionError` where what was read cannot be worked with.
        seeds: Bytes that it can read, to begin with.
    """

    name: str
    feed: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


class Scratch:
    """A file for parsers that want a path; it is the same one each time."""

    def __init__(self, suffix: str) -> None:
        """Name the file, whose name ends in *suffix*."""
        self._folder = tempfile.TemporaryDirectory(prefix="dlscheck-fuzz-")
        self._path = Path(self._folder.name, f"fuzzed{suffix}")

    def holding(self, data: bytes) -> Path:
        """Return the path of the file, with *data* in it."""
        self._path.write_bytes(data)
        return self._path
