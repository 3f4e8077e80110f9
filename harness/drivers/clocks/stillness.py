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

#: More than any of these files has in it.
_LONGEST = 4096
#: Of how many threads the files are kept open.
_MOST_THREADS = 200

#: How often each thread has had a processor, by its id.
type Rest = dict[int, bytes]


def is_alive(process: int) -> bool:
    """Tell whether there is such a process, not counting one that is only not buried."""
    return _state(f"/proc/{process}/stat") not in (None, ord("Z"), ord("X"))


def is_stopped(process: int) -> bool:
    """Tell whether *process* does nothing until it is told to go on, or never again."""
    return _state(f"/proc/{process}/stat") in (None, ord("T"), ord("Z"), ord("X"))


class _Thread:
    """A thread whose files are kept open: that costs half of opening them each time."""

    def __init__(self, folder: str, *, is_kept: bool) -> None:
        """Open the files below *folder* if they are to be kept open."""
        self._folder = folder
        self._kept: dict[str, int] = {}
        self._runs = "schedstat" if os.path.exists(f"{folder}/schedstat") else "status"
        for name in ("stat", self._runs) if is_kept else ():
            file = _opened(f"{folder}/{name}")
            if file is not None:
                self._kept[name] = file

    def state(self) -> int | None:
        """Return the letter for what it does; ``None``: it is gone."""
        return _state_in(self._read("stat"))

    def runs(self) -> bytes:
        """Return how often it ran, as the kernel tells that."""
        return self._read(self._runs)

    def close(self) -> None:
        """Close the files."""
        for file in self._kept.values():
            os.close(file)

    def _read(self, name: str) -> bytes:
        file = self._kept.get(name)
        return _read(f"{self._folder}/{name}") if file is None else _read_open(file)


class Watch:
    """Looks at the threads of some processes, again and again."""

    def __init__(self) -> None:
        """Begin with no file open."""
        self._threads: dict[int, dict[int, _Thread]] = {}
        #: Whoever ran when we looked last mostly does so still.
        self._runner: _Thread | None = None

    def close(self) -> None:
        """Close what was kept open."""
        for process in list(self._threads):
            self._forget(process)
        self._runner = None

    def rest_of(self, processes: Iterable[int]) -> Rest | None:
        """Return how often the threads of *processes* ran; ``None``: one runs now."""
        if self._runner is not None and self._runner.state() not in (None, *_AT_REST):
            return None
        rest: Rest = {}
        for process in processes:
            for number, thread in self._threads_of(process).items():
                state = thread.state()
                if state not in _AT_REST:
                    self._note_runner(process, thread, state)
                    return None
                rest[number] = thread.runs()
        return rest

    def _note_runner(self, process: int, thread: _Thread, state: int | None) -> None:
        """Remember who runs; whoever is gone ran to its end just now."""
        self._runner = thread
        if state is None:
            self._forget(process)

    def _threads_of(self, process: int) -> dict[int, _Thread]:
        """
        Return the threads of *process*, by their ids.

        If there are as many as we know, and all of these are still there, then they are
        the same: so the list is only read when their number differs.
        """
        tasks = f"/proc/{process}/task"
        try:
            count = os.stat(tasks).st_nlink - 2
        except OSError:
            count = 0
        known = self._threads.get(process)
        if known is None or len(known) != count:
            known = self._listed(process, tasks)
        return known

    def _listed(self, process: int, tasks: str) -> dict[int, _Thread]:
        self._forget(process)
        room = _MOST_THREADS - sum(map(len, self._threads.values()))
        listed = {
            int(name): _Thread(f"{tasks}/{name}", is_kept=index < room)
            for index, name in enumerate(_entries(tasks))
        }
        self._threads[process] = listed
        return listed

    def _forget(self, process: int) -> None:
        for thread in self._threads.pop(process, {}).values():
            thread.close()
            if thread is self._runner:
                self._runner = None


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


def descendants(root: int) -> list[int]:
    """Return *root* and the processes that come from it and have their parents still."""
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        tasks = f"/proc/{process}/task"
        for thread in _entries(tasks):
            waiting += map(int, _read(f"{tasks}/{thread}/children").split())
    return sorted(one for one in found if is_alive(one))


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
    file = _opened(path)
    if file is None:
        return b""
    try:
        return _read_open(file)
    finally:
        os.close(file)


def _opened(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        return None


def _read_open(file: int) -> bytes:
    """Return what an open file says now; nothing, if what it tells of is gone."""
    try:
        return os.pread(file, _LONGEST, 0)
    except OSError:
        return b""
