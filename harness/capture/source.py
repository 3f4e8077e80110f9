"""Where a capture comes from: a file or standard input, compressed or not."""

import gzip
import io
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal, cast

import zstandard

from harness.capture.recording_file import HEAD
from harness.documents.bad_input import BadInput, unreadable

Format = Literal["har", "mitm", "jsonl"]

_PACKED: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    b"\x28\xb5\x2f\xfd": lambda file: cast(
        BinaryIO, zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    ),
}
_PEEKED = 512
_BUFFER_BYTES = 1 << 20


class Source:
    """
    A capture that was opened.

    Attributes:
        name: As messages and results call it.
        format: What it holds.
        file: Its content, unpacked, from the beginning.
    """

    def __init__(self, path: str) -> None:
        """
        Open *path*; ``-`` is standard input.

        Raises:
            BadInput: It cannot be read, is empty, or is no capture.
        """
        self.name = "standard input" if path == "-" else path
        self._stack = ExitStack()
        try:
            self.file = self._opened(path)
            self.format = self._format(self.file.peek(_PEEKED)[:_PEEKED])
        except (OSError, EOFError, zstandard.ZstdError) as error:
            self.close()
            if isinstance(error, OSError) and error.strerror:
                raise unreadable(Path(self.name), error, _EXPECTED) from error
            raise BadInput(f"{self.name}: cannot be read: {error}") from error
        except BadInput:
            self.close()
            raise

    def _opened(self, path: str) -> io.BufferedReader:
        if path == "-":
            return _unpacked(sys.stdin.buffer)
        raw = self._stack.enter_context(Path(path).open("rb"))  # noqa: SIM115 - in one
        unpacked = _unpacked(raw)
        return unpacked if unpacked is raw else self._stack.enter_context(unpacked)

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self._stack.close()

    def _format(self, begin: bytes) -> Format:
        text = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text:
            raise BadInput(f"{self.name}: is empty; expected {_EXPECTED}")
        if text.startswith(HEAD):
            return "jsonl"
        if text.startswith(b"{"):
            return "har"
        # mitmproxy writes netstrings: a length, a colon, and what has that length.
        if text.partition(b":")[0].isdigit():
            return "mitm"
        raise BadInput(
            f"{self.name}: expected {_EXPECTED}, got a file that begins with {begin[:16]!r}"
        )


_EXPECTED = "a capture (HAR, a mitmproxy file, or a recording of ours)"


def _unpacked(raw: BinaryIO) -> io.BufferedReader:
    """Return what reads the content of *raw*, compressed or not."""
    file = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(_raw(raw))
    for magic, unpack in _PACKED.items():
        if file.peek(len(magic)).startswith(magic):
            return io.BufferedReader(_raw(unpack(file)), _BUFFER_BYTES)
    return file


def _raw(file: BinaryIO) -> io.RawIOBase:
    return cast(io.RawIOBase, file)
