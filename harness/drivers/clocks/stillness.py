"""
Does anything of a driver run?

A thread is at rest if the kernel says that it sleeps. Threads are looked at one after the
other, and one that was looked at may wake while the next is looked at. So it is done
twice: if all slept both times, and none has had a processor in between, then there was a
moment, between the two, at which all of them slept.
"""

import os
from collections.abc import Iterable

#: Sleeping, and dead in one way or the other.
_AT_REST = frozenset(b"SZXx")

#: More than any of these files has in it, and how many of them are kept open.
_LONGEST, _MOST_FILES = 4096, 256

#: How often each thread has had a processor, by its id.
type Rest = dict[int, bytes]


def is_alive(process: int) -> bool:
    """Tell whether there is such a process, not counting one that is only not buried."""
    return _state(f"/proc/{process}/stat") not in (None, ord("Z"), ord("X"))


class Watch:
    """Looks at the threads of some processes, again and again."""

    def __init__(self) -> None:
        """Begin with no file open."""
        self._files: dict[str, int] = {}

    def close(self) -> None:
        """Close what was kept open."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()

    def rest_of(self, processes: Iterable[int]) -> Rest | None:
        """Return how often the threads of *processes* ran; ``None``: one runs now."""
        rest: Rest = {}
        for process in processes:
            tasks = f"/proc/{process}/task"
            for thread in _entries(tasks):
                if not self._add(rest, int(thread), f"{tasks}/{thread}"):
                    return None
        return rest

    def _add(self, rest: Rest, thread: int, folder: str) -> bool:
        """Add one thread to *rest*; tell whether it is at rest."""
        state = _state_in(self._read(f"{folder}/stat"))
        if state is None:
            return True
        if state not in _AT_REST:
            return False
        rest[thread] = self._read(f"{folder}/schedstat") or _read(f"{folder}/status")
        return True

    def _read(self, path: str) -> bytes:
        """Read a file that is kept open: that costs half of opening it each time."""
        file = self._files.get(path)
        if file is not None:
            try:
                return os.pread(file, _LONGEST, 0)
            except ProcessLookupError:
                # The thread is gone; another one may have its number by now.
                os.close(self._files.pop(path))
        if len(self._files) >= _MOST_FILES:
            self.close()  # most of them are of threads that have ended
        try:
            self._files[path] = os.open(path, os.O_RDONLY)
            return os.pread(self._files[path], _LONGEST, 0)
        except OSError:
            return b""


def running(processes: Iterable[int]) -> list[str]:
    """Return the names of the threads of *processes* that run at present."""
    names = []
    for process in processes:
        tasks = f"/proc/{process}/task"
        for thread in _entries(tasks):
            if _state(f"{tasks}/{thread}/stat") not in (None, *_AT_REST):
                names.append(
                    _read(f"{tasks}/{thread}/comm").decode(errors="replace").strip()
                )
    return names


def members_of_session(session: int) -> list[int]:
    """Return the processes whose session *session* is."""
    found = []
    for entry in _entries("/proc"):
        if entry.isdigit():
            fields = _read(f"/proc/{entry}/stat").rpartition(b")")[2].split()
            if len(fields) > 3 and int(fields[3]) == session:
                found.append(int(entry))
    return found


def _state(path: str) -> int | None:
    """Return the letter for what a task does; ``None``: there is none any more."""
    return _state_in(_read(path))


def _state_in(text: bytes) -> int | None:
    end = text.rfind(b")")
    return text[end + 2] if end >= 0 else None


def _entries(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def _read(path: str) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(file, _LONGEST)
    except OSError:
        return b""
    finally:
        os.close(file)
