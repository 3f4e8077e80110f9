"""
The reference driver, with one bad habit: ``python misbehaving_driver.py HABIT``.

All of it is bounded, so that it harms nobody but the harness: by size, or by ten minutes.
"""

import os
import runpy
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

REFERENCE = Path(__file__).parents[1] / "sdks/reference"
_LONG_SECONDS = 600
_MOST_LEAKED_MB = 256
_CHILDREN = 10
_GENERATIONS = 3000


def leaks() -> None:
    """Take more and more memory."""

    def grow() -> None:
        held: list[bytes] = []
        while len(held) < _MOST_LEAKED_MB:
            held.append(os.urandom(1 << 20))
            time.sleep(0.002)
        time.sleep(_LONG_SECONDS)

    _beside(grow)


def floods_stdout() -> None:
    """Write lines that nobody has asked for, without end."""
    _beside(lambda: _write_for_ever(1, b"x" * 65_536 + b"\n"))


def floods_stderr() -> None:
    """Write to the log without end."""
    _beside(lambda: _write_for_ever(2, b"x" * 65_536 + b"\n"))


def never_ends_a_line() -> None:
    """Write one line, and never its end."""
    _beside(lambda: _write_for_ever(1, b"x" * 65_536))


def ignores_sigterm() -> None:
    """Take no notice of signals, nor of the end of its input."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=time.sleep, args=(_LONG_SECONDS,)).start()


def forks() -> None:
    """Leave children behind, half of them in sessions of their own and without parent."""
    for number in range(_CHILDREN):
        if os.fork():
            continue
        if number % 2:
            os.setsid()
            if os.fork():
                os._exit(0)
        time.sleep(_LONG_SECONDS)
        os._exit(0)


def runs_away() -> None:
    """Be another process every few milliseconds, each the child of the one before."""
    if os.fork():
        return
    os.setsid()
    for _ in range(_GENERATIONS):
        if os.fork():
            os._exit(0)
        time.sleep(0.005)
    os._exit(0)


def fills_the_disk() -> None:
    """Write into its working folder's file system until that is refused."""
    with tempfile.TemporaryFile() as file:
        while True:
            file.write(bytes(1 << 20))
            file.flush()


def is_silent() -> None:
    """Answer nothing."""
    time.sleep(_LONG_SECONDS)


def is_sound() -> None:
    """Do nothing bad."""


HABITS: dict[str, Callable[[], None]] = {
    act.__name__.replace("_", "-"): act
    for act in (
        *(is_sound, leaks, floods_stdout, floods_stderr, never_ends_a_line),
        *(ignores_sigterm, forks, runs_away, fills_the_disk, is_silent),
    )
}


def _beside(act: Callable[[], None]) -> None:
    threading.Thread(target=act, daemon=True).start()


def _write_for_ever(file: int, data: bytes) -> None:
    while True:
        os.write(file, data)


if __name__ == "__main__":
    HABITS[sys.argv[1]]()
    sys.path.insert(0, str(REFERENCE))
    runpy.run_path(str(REFERENCE / "driver.py"), run_name="__main__")
