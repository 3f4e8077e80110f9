"""A thread that carries out one call after another."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue


class Worker:
    """
    One thread for calls that may block.

    A thread cannot be killed. It is a daemon, so one that hangs is left behind and
    keeps nobody from exiting.
    """

    def __init__(self, name: str) -> None:
        """Start the thread; *name* is for whoever lists threads."""
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit[T](self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Carry out *call*, which raises nothing; the future is of the running loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(value: T) -> None:
            if not future.done():
                future.set_result(value)

        def job() -> None:
            value = call()
            # The loop may have ended while a call that was given up went on.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, value)

        self._jobs.put(job)
        return future

    def end(self) -> None:
        """End the thread once it has nothing to do; does not wait."""
        self._jobs.put(None)

    @property
    def is_alive(self) -> bool:
        """Whether the thread has not ended yet."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
