"""
Being told to end: by ctrl-C, or by SIGTERM as a CI server sends it.

The first time, what runs is ended in good order: a case that is played is cancelled, its
driver closed, and what was judged so far is summed up. The second time everything ends at
once. Of several processes only the first one counts to two; it passes the signal on.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from types import FrameType
from typing import Any

from harness.drivers.clocks.stillness import descendants

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: What a shell calls the end by a signal: this, and its number.
_BY_SIGNAL = 128


class Interruption:
    """
    Listens to signals while it is open.

    Attributes:
        name: The first signal that came; ``None``: none has.
        workers: Ids of the processes that play cases for this one.
    """

    def __init__(self, *, is_worker: bool = False) -> None:
        """Listen to nothing yet; a worker leaves it to others to count signals."""
        self.name: str | None = None
        self.workers: list[int] = []
        self._is_worker = is_worker
        self._task: asyncio.Task[Any] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def open(self) -> None:
        """Listen from now on."""
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._on_signal)

    def close(self) -> None:
        """Listen no more."""
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()

    def run[T](self, runner: asyncio.Runner, work: Coroutine[Any, Any, T]) -> T:
        """
        Do *work* on *runner*.

        Raises:
            KeyboardInterrupt: A signal came; *work* was cancelled, and has ended.
        """
        try:
            return runner.run(self._watched(work))
        except asyncio.CancelledError:
            if self.name is None:
                raise
            raise KeyboardInterrupt from None

    async def _watched[T](self, work: Coroutine[Any, Any, T]) -> T:
        self._task = asyncio.current_task()
        try:
            return await work
        finally:
            self._task = None

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self.name is not None:
            if not self._is_worker:
                _end_at_once(number)
            return
        self.name = signal.Signals(number).name
        if not self._is_worker:
            told = "what was judged so far is kept; once more ends at once"
            print(f"dlscheck: {self.name}: {told}", file=sys.stderr, flush=True)
        for worker in self.workers:
            _send(worker, signal.SIGINT)
        if self._task is None:
            raise KeyboardInterrupt
        self._task.get_loop().call_soon_threadsafe(self._task.cancel)


def _end_at_once(number: int) -> None:
    """Kill whatever this process has started, and then itself."""
    mine = os.getpid()
    for process in descendants(mine):
        if process != mine:
            _send(process, signal.SIGKILL)
    if sys.stderr.isatty():
        # Progress hides the cursor while it is shown.
        print("\x1b[?25h", file=sys.stderr, flush=True)
    os._exit(_BY_SIGNAL + number)


def _send(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return
