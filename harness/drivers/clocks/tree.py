"""The processes of one driver: their page of time, and whether they are at rest."""

from collections.abc import Iterable
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.elf import why_not_preloaded
from harness.drivers.clocks.page import ClockPage
from harness.drivers.clocks.shared_folder import SharedFolder
from harness.drivers.clocks.stillness import (
    Rest,
    Watch,
    is_alive,
    members_of_session,
    running,
)

#: What monotonic clocks show at first: a machine that has been up for a day.
_UPTIME_NS = 86_400 * 10**9


def preloading(library: Path, before: str) -> str:
    """Return what ``LD_PRELOAD`` has to be; *before* is what it is without us."""
    return f"{library}:{before}" if before else str(library)


def check_reached(mode: str, processes: Iterable[int], library: Path) -> None:
    """
    See that each of *processes* uses *library*.

    Raises:
        BadInput: One does not; the text says why.
    """
    for process in processes:
        reason = why_not_preloaded(process, library)
        if reason and is_alive(process):
            raise BadInput(
                f"clock mode {mode!r} does not reach process {process}: {reason}; "
                "give the SDK a clock (mode 'injected'), or run it in real time "
                "(mode 'real')"
            )


class ProcessTree:
    """
    A driver's process and whatever it starts.

    Attributes:
        page: Where all of them read the time.
        root: The id of the first process, which leads their session.
    """

    def __init__(self, library: Path, wall_ns: int) -> None:
        """Make a page for a driver that is started next, with *library* before it."""
        self._library = library
        self._folder = SharedFolder()
        self.page = ClockPage(self._folder.path, _UPTIME_NS, wall_ns)
        self.root = 0
        self._processes: list[int] = []
        self._watch = Watch()
        self._births = -1
        self._traffic = -1

    def environment(self, before: str) -> dict[str, str]:
        """Return what the driver's environment needs; *before* is preloaded besides."""
        preloaded = preloading(self._library, before)
        return {"LD_PRELOAD": preloaded, "DLSCHECK_CLOCK": str(self.page.path)}

    def rest(self) -> Rest | None:
        """Return how often each thread ran so far; ``None``: one runs now."""
        self._look_for_births()
        return self._watch.rest_of(self._processes)

    def next_span_ns(self) -> int | None:
        """Return how long it is until the earliest deadline; ``None``: there is none."""
        while (waiter := self.page.next_waiter()) is not None:
            if is_alive(waiter.thread):
                return max(waiter.due_ns - self.page.monotonic_ns, 0)
            self.page.vacate(waiter.seat)
        return None

    def move_by(self, ns: int) -> None:
        """Let *ns* pass, and wake whoever is due then."""
        self.page.move_by(ns)

    def set_wall(self, ns: int) -> None:
        """Let the device's clock show *ns*, since the epoch, without time passing."""
        self.page.set_wall(ns)

    @property
    def traffic(self) -> int:
        """How often something was sent, or connected to."""
        return self.page.traffic

    @property
    def has_new_traffic(self) -> bool:
        """Whether something may have been sent since `note_quiet`."""
        return self._traffic != self.page.traffic

    def note_quiet(self, traffic: int) -> None:
        """All that was sent when the page's count was *traffic* has arrived."""
        self._traffic = traffic

    def running(self) -> str:
        """Name what runs at present, for the reader of a blame."""
        return ", ".join(sorted(set(running(self._processes)))[:5])

    def check_reached(self) -> None:
        """
        See that every process has its time from us.

        Raises:
            BadInput: One has not; the text says why.
        """
        self._look_for_births()
        check_reached("preload", self._processes, self._library)

    def close(self) -> None:
        """Forget it; what still runs keeps its time."""
        self.page.close()
        self._watch.close()
        self._folder.close()

    def _look_for_births(self) -> None:
        births = self.page.births
        if births == self._births:
            return
        # Those that left the session told us of themselves.
        known = {self.root, *self.page.processes(), *members_of_session(self.root)}
        self._processes = sorted(process for process in known if is_alive(process))
        for gone in known.difference(self._processes):
            self.page.forget(gone)
        self._births = births
