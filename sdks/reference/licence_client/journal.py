"""
An append-only file of JSON lines that a kill at any moment leaves readable.

It belongs to one process at a time. The lock lies on the file itself, so the kernel lets go
of it when the process dies, however it dies.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from licence_client.files import scratch_beside

#: One line of the journal.
Entry = dict[str, Any]


class Journal:
    """The lines of one file. An entry is on its way to disk before `append` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self.line_count = 0

    def claim(self) -> bool:
        """Take the file for this process; false where another one has it."""
        self.close()
        file = self.path.open("ab")
        if not (_lock(file) and _is_at(file, self.path)):
            file.close()
            return False
        self._file = file
        return True

    def read(self) -> list[Entry]:
        """
        The entries written so far, oldest first. A last line that a kill cut short was
        never confirmed and is removed.
        """
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self.path, whole)
        entries = [json.loads(line) for line in content[:whole].splitlines()]
        self.line_count = len(entries)
        return entries

    def append(self, entry: Entry) -> None:
        """Add one entry."""
        if self._file is None:
            raise ValueError(f"{self.path}: the journal is closed")
        self._file.write(_render(entry))
        self._file.flush()
        self.line_count += 1

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Put `entries` in place of everything written so far, in one step."""
        lines = [_render(entry) for entry in entries]
        scratch = scratch_beside(self.path)
        scratch.write_bytes(b"".join(lines))
        # Locked before it has its name: the journal is nobody else's for no moment.
        file = scratch.open("ab")
        _lock(file)
        os.replace(scratch, self.path)
        self.close()
        self._file = file
        self.line_count = len(lines)

    def remove(self) -> None:
        """Remove the file, and let go of it."""
        self.path.unlink()
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(file: IO[bytes], path: Path) -> bool:
    # Between our opening and our locking the owner may have put another file there.
    return path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def _render(entry: Entry) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"
