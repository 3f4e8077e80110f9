"""How much memory the process has that listens on a port of this machine; Linux only."""

import os
from pathlib import Path

_LISTENS = "0A"
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def process_at(port: int) -> int | None:
    """Return the process that listens on *port*; ``None``: it cannot be told."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(port)}
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            files = [os.readlink(file) for file in folder.iterdir()]
        except OSError:
            continue  # it is not ours to look at, or has just ended
        if wanted.intersection(files):
            return int(folder.parent.name)
    return None


def megabytes_of(process: int) -> float | None:
    """Return how much *process* has in memory; ``None``: it cannot be told."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def _inodes(port: int) -> set[str]:
    found = set()
    for table in _TABLES:
        try:
            rows = [line.split() for line in table.read_text().splitlines()[1:]]
        except OSError:
            continue
        found |= {
            row[9]
            for row in rows
            if row[3] == _LISTENS and int(row[1].rpartition(":")[2], 16) == port
        }
    return found
