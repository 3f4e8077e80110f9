"""
The processes of one driver under libfaketime: a file with the time, and how they wait.

The time in the file stands still. When it has moved, every process is stopped and goes on
at once: the kernel then ends each `epoll_wait`, and an event loop looks at the clock again.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.blocking import Blocked, blocked
from harness.drivers.clocks.shared_folder import SharedFolder
from harness.drivers.clocks.stillness import Rest, Watch, descendants, is_stopped, running
from harness.drivers.clocks.tree import check_reached, preloading

#: Some event loops are content only a little after the instant.
_BEYOND_NS = 1000
_SECOND_NS = 10**9
_LONGEST_STOP_SECONDS = 1.0


class FakedTree:
    """
    A driver's process and whatever it starts.

    Attributes:
        root: The id of the first process, once there is one.
        in_real_time: Waits that were seen and that nobody can end early, by name.
    """

    def __init__(self, library: Path, wall_ns: int) -> None:
        """Make the file for a driver that is started next, with *library* before it."""
        self.root = 0
        self.in_real_time: set[str] = set()
        self._library = library
        self._folder = SharedFolder()
        self._file = self._folder.path / "time"
        self._processes: list[int] = []
        self._watch = Watch()
        self._wall_ns = wall_ns
        self._write()

    def environment(self, before: str) -> dict[str, str]:
        """Return what the driver's environment needs; *before* is preloaded besides."""
        return {
            "LD_PRELOAD": preloading(self._library, before),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_FMT": "%s",
        }

    def rest(self) -> Rest | None:
        """Return how often each thread ran so far; ``None``: one runs now."""
        rest = self._watch.rest_of(self._processes)
        if rest is None:
            return None
        before = self._processes
        self._processes = descendants(self.root)
        return rest if self._processes == before else None

    def next_span_ns(self) -> int | None:
        """Return how long it is until the earliest deadline; ``None``: there is none."""
        spans = []
        for wait in self._waits():
            if wait.span_ns is None:
                self.in_real_time.add(wait.call)
            else:
                spans.append(wait.span_ns + _BEYOND_NS)
        return min(spans, default=None)

    def _waits(self) -> list[Blocked]:
        rest = {
            process: self._watch.rest_of([process]) or {} for process in self._processes
        }
        found = [blocked(process, one) for process, them in rest.items() for one in them]
        return [wait for wait in found if wait is not None]

    def move_by(self, ns: int) -> None:
        """Let *ns* pass, and wake every event loop."""
        if ns:
            self.set_wall(self._wall_ns + ns)

    def set_wall(self, ns: int) -> None:
        """Let all clocks show *ns*, since the epoch."""
        self._wall_ns = ns
        self._write()
        for process in self._processes:
            _rouse(process)

    #: What is sent is not seen in this mode, so there may always be something.
    traffic = 0
    has_new_traffic = True

    def note_quiet(self, traffic: int) -> None:
        """Nothing comes of it."""

    def running(self) -> str:
        """Name what runs at present, for the reader of a blame."""
        return ", ".join(sorted(set(running(self._processes)))[:5])

    def check_reached(self) -> None:
        """
        See that every process has its time from libfaketime, and can be looked at.

        Raises:
            BadInput: One has not, or cannot; the text says why.
        """
        check_reached("faketime", descendants(self.root), self._library)
        try:
            blocked(self.root, self.root)
        except PermissionError as error:
            raise BadInput(
                f"clock mode 'faketime': the kernel does not tell how process {self.root} "
                f"waits ({error.filename}: {error.strerror}); run it as the same user, "
                "outside of sandboxes that forbid tracing"
            ) from error

    def close(self) -> None:
        """Forget it; what still runs keeps its time."""
        self._watch.close()
        self._folder.close()

    def _write(self) -> None:
        """Put the time in place of what was there, in one step."""
        seconds, ns = divmod(self._wall_ns, _SECOND_NS)
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds}.{ns:09}\n", encoding="ascii")
        new.replace(self._file)


def _rouse(process: int) -> None:
    """Stop *process*, see that it has stopped, and let it go on."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGSTOP)
        end = time.monotonic() + _LONGEST_STOP_SECONDS
        while not is_stopped(process) and time.monotonic() < end:
            os.sched_yield()
        os.kill(process, signal.SIGCONT)
