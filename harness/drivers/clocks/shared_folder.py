"""
Folders in memory, for files that are read all the time.

Each is locked by the process that uses it, for as long as that lives. So what a process
leaves behind that was killed without warning is known by its lock, and the next one that
needs a folder removes it.
"""

import fcntl
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

_SHARED_MEMORY = Path("/dev/shm")
_PREFIX = "dlscheck-clock-"
_LOCK = "lock"


class SharedFolder:
    """
    A folder of its own.

    Attributes:
        path: Where it is.
    """

    def __init__(self) -> None:
        """Make it; the first time, remove what others have left."""
        base = _SHARED_MEMORY if _SHARED_MEMORY.is_dir() else Path(tempfile.gettempdir())
        _clear_once(base)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
        # Locked before it is there: nobody takes it for one that was left behind.
        self._lock, name = tempfile.mkstemp(dir=self.path)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        Path(name).rename(self.path / _LOCK)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def clear_abandoned(base: Path) -> None:
    """Remove the folders below *base* that no living process has locked."""
    for folder in base.glob(f"{_PREFIX}*"):
        if _is_abandoned(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


_clear_once = cache(clear_abandoned)


def _is_abandoned(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDWR)
    except OSError:
        # Without a lock it is being made at this moment, or is another user's.
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
