"""
What a driver has started, wherever that went.

A process that calls ``setsid`` leaves its group and session, and one whose parent has ended
has no parent that we know. What it keeps is its environment, so a driver gets a mark there.
Linux only: elsewhere a driver's group has to do.
"""

import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

#: Name of the variable.
MARK = "DLSCHECK_DRIVER"

_PROC = Path("/proc")
#: Whoever starts others faster than they are found is given up after so many looks.
_MOST_LOOKS = 200


class Offspring:
    """The processes that come from one driver."""

    def __init__(self) -> None:
        """Prepare for a driver that is started next."""
        self._mark = f"{MARK}={os.getpid()}-{secrets.token_hex(8)}"

    @property
    def environment(self) -> dict[str, str]:
        """What the driver's environment needs."""
        name, _, value = self._mark.partition("=")
        return {name: value}

    def kill(self, root: int) -> int:
        """Send SIGKILL to all that come from the process *root*; return how many."""
        killed: set[int] = set()
        for _ in range(_MOST_LOOKS):
            found = set(self._living(root)) - killed
            if not found:
                break
            for process in found:
                _kill(process)
            killed |= found
        return len(killed)

    def _living(self, root: int) -> Iterator[int]:
        """Yield those with the mark, and what they have started without it."""
        mark = self._mark.encode()
        parents: dict[int, int] = {}
        marked = {root}
        for process in _younger_than(root):
            parents[process] = _parent(process)
            if mark in _read(f"/proc/{process}/environ").split(b"\0"):
                marked.add(process)
        for process in parents:
            if process != os.getpid() and _descends(process, marked, parents):
                yield process


def _younger_than(root: int) -> list[int]:
    """Return the processes that may have begun after *root*, without that itself."""
    newest = _read("/proc/loadavg").split()[-1:]
    has_wrapped = not newest or int(newest[0]) < root
    try:
        found = [int(name) for name in os.listdir(_PROC) if name.isdigit()]
    except OSError:
        return []
    return sorted(one for one in found if one > root or (has_wrapped and one != root))


def _descends(process: int, marked: set[int], parents: dict[int, int]) -> bool:
    seen = set()
    while process not in marked:
        seen.add(process)
        process = parents.get(process, 0)
        if not process or process in seen:
            return False
    return True


def _parent(process: int) -> int:
    """Return the parent's id; 0: there is no such process, or it is only not buried."""
    fields = _read(f"/proc/{process}/stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 and fields[0] not in b"ZX" else 0


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
