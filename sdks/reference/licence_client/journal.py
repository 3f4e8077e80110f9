"""An append-only file of JSON lines that a kill at any moment leaves readable."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from licence_client.files import write_whole

#: One line of the journal.
Entry = dict[str, Any]


class Journal:
    """The lines of one file. An entry is on its way to disk before `append` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self.line_count = 0

    def open(self) -> list[Entry]:
        """
        The entries written so far, oldest first. A last line that a kill cut short was
        never confirmed and is removed.
        """
        self.close()
        self._file = self._path.open("ab")
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._path, whole)
        entries = [json.loads(line) for line in content[:whole].splitlines()]
        self.line_count = len(entries)
        return entries

    def append(self, entry: Entry) -> None:
        """Add one entry."""
        if self._file is None:
            raise ValueError(f"{self._path}: the journal is closed")
        self._file.write(_render(entry))
        self._file.flush()
        self.line_count += 1

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Put `entries` in place of everything written so far, in one step."""
        lines = [_render(entry) for entry in entries]
        self.close()
        write_whole(self._path, b"".join(lines))
        self._file = self._path.open("ab")
        self.line_count = len(lines)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _render(entry: Entry) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"
