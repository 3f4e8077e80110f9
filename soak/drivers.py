"""Drivers that behave badly: the run ends, and nothing of theirs is left running."""

import os
import resource
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from soak.misbehaving_driver import HABITS
from soak.process import COMMAND

_DRIVER = Path(__file__).parent / "misbehaving_driver.py"
_MARK = "DLSCHECK_SOAK"
_CASES = "idle or midnight"
#: How a run may end: sound, a rule violated, incomplete, or the driver blamed.
_DECENT = {0, 1, 3, 5}
_MOST_SECONDS = 180
#: No file may become larger: that is how a disk is full here.
_MOST_BYTES = 32 << 20
_LEFT_SECONDS = 2.0


@dataclass(frozen=True)
class Ending:
    """How the run with one bad driver ended; *left*: processes that outlived it."""

    habit: str
    code: int | None
    seconds: float
    left: int
    told: str

    @property
    def is_good(self) -> bool:
        """Whether it ended in a decent way, and took everything along."""
        return self.code in _DECENT and not self.left


def run_with(habit: str, folder: Path) -> Ending:
    """Run some cases with a driver that has *habit*."""
    sdk = folder / f"{habit}.yaml"
    sdk.write_text(
        f"name: {habit}\ndriver:\n  command: ['{{python}}', '{_DRIVER}', {habit}]\n"
        "  timeout: 3s\n"
    )
    mark = secrets.token_hex(8)
    options = ("-n", "1", "-k", _CASES, "--allow-incomplete", "--quiet")
    began = time.monotonic()
    process = subprocess.Popen(
        [COMMAND, "run", str(sdk), *options, "--out", str(folder / habit)],
        env={**os.environ, _MARK: mark},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # Before it has started any driver; what it starts is limited as well.
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_MOST_BYTES, _MOST_BYTES))
    try:
        told, _ = process.communicate(timeout=_MOST_SECONDS)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        told, code = process.communicate()[0], None
    seconds = time.monotonic() - began
    left = _left(mark)
    for one in left:
        os.kill(one, signal.SIGKILL)
    return Ending(habit, code, round(seconds, 1), len(left), told.decode(errors="replace"))


def run_all(folder: Path, seconds: float) -> list[Ending]:
    """Run with one habit after the other, for as long as there is time to begin one."""
    began = time.monotonic()
    endings = []
    for habit in HABITS:
        if time.monotonic() - began < seconds:
            endings.append(run_with(habit, folder))
            print(f"  {habit}: {endings[-1].code}", file=sys.stderr, flush=True)
    return endings


def _left(mark: str) -> list[int]:
    """Return what still runs with *mark* in its environment, after a moment of grace."""
    deadline = time.monotonic() + _LEFT_SECONDS
    while (left := _marked(f"{_MARK}={mark}".encode())) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _marked(mark: bytes) -> list[int]:
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
        except OSError:
            continue  # it has ended, or is not ours
    return found
