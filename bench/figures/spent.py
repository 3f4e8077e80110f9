"""What something costs: processor time, wall time and memory, of calls and of commands."""

import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DLSCHECK = str(Path(sys.executable).parent / "dlscheck")
_LAUNCHER = str(Path(__file__).with_name("launcher.py"))
_KIBIBYTES = 1024


class Spent(NamedTuple):
    """
    What a command took.

    Attributes:
        cpu: Seconds of processor time, of all its processes together.
        peak_mib: The most memory that one of its processes held.
    """

    wall: float
    cpu: float
    peak_mib: float
    exit: int


def spent_by(
    command: Sequence[str], *, output: Path | None = None, cwd: Path = ROOT
) -> Spent:
    """Run *command* to its end; what it prints goes to *output*."""
    hearing, telling = os.pipe()
    with open(hearing, "rb") as heard, (output or Path(os.devnull)).open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", _LAUNCHER, str(telling), *command],
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.DEVNULL,
            pass_fds=(telling,),
        )
        os.close(telling)
        told = json.loads(heard.read())
        process.wait()
    return Spent(told["wall"], told["cpu"], told["peak_kib"] / _KIBIBYTES, told["exit"])


def _environment() -> dict[str, str]:
    """Return the environment, in which Python keeps what it has compiled, as it does."""
    kept = dict(os.environ)
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def interleaved(
    rounds: int, contenders: Mapping[str, Callable[[], object]]
) -> dict[str, list[float]]:
    """
    Return the processor seconds of each contender, round by round.

    They take turns, so that whatever else the machine does meets all alike.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            began = time.process_time()
            run()
            seconds[name].append(time.process_time() - began)
    return seconds


def ratio(seconds: Mapping[str, Sequence[float]], of: str, to: str) -> float:
    """Return how the speed *of* one compares with that *to* another: median of rounds."""
    pairs = zip(seconds[to], seconds[of], strict=True)
    return statistics.median(other / one for other, one in pairs)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return *e* where costs grow with the size to the power of *e*: least squares."""
    points = [
        (math.log(size), math.log(cost))
        for size, cost in zip(sizes, costs, strict=True)
        if cost > 0
    ]
    if len(points) < 2:
        return 0.0
    x0 = statistics.fmean(x for x, _ in points)
    y0 = statistics.fmean(y for _, y in points)
    spread = sum((x - x0) ** 2 for x, _ in points)
    return sum((x - x0) * (y - y0) for x, y in points) / spread
