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

#: How often each thread has had a processor, by its id.
type Rest = dict[int, bytes]


def is_alive(process: int) -> bool:
    """Tell whether there is such a process, not counting one that is only not buried."""
    return _state(f"/proc/{process}/stat") not in (None, ord("Z"), ord("X"))


def rest_of(processes: Iterable[int]) -> Rest | None:
    """Return how often the threads of *processes* ran so far; ``None``: one runs now."""
    rest: Rest = {}
    for process in processes:
        tasks = f"/proc/{process}/task"
        try:
            threads = os.listdir(tasks)
        except (FileNotFoundError, ProcessLookupError):
            continue
        for thread in threads:
            if not _add(rest, int(thread), f"{tasks}/{thread}"):
                return None
    return rest


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


def _add(rest: Rest, thread: int, folder: str) -> bool:
    """Add one thread to *rest*; tell whether it is at rest."""
    state = _state(f"{folder}/stat")
    if state is None:
        return True
    if state not in _AT_REST:
        return False
    rest[thread] = _read(f"{folder}/schedstat") or _read(f"{folder}/status")
    return True


def _state(path: str) -> int | None:
    """Return the letter for what a task does; ``None``: there is none any more."""
    text = _read(path)
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
        return os.read(file, 4096)
    except OSError:
        return b""
    finally:
        os.close(file)
