"""How time and memory of the judge grow, over three decades of what can be many."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures.figure import Figure, Scale
from bench.figures.spent import DLSCHECK, exponent, spent_by
from bench.traffic import Fleet, backlog, recording, write

_MOST_EXPONENT = 1.05
_ROUNDS = 3
#: What is less than this share of the bare command says nothing about growth.
_TELLING = 0.1


class Curve(NamedTuple):
    """
    One thing that can be many.

    Attributes:
        sizes: How many, the fewest first.
        make: Writes what is judged into a folder, and returns the recordings and how many
            there really were.
        most_memory: The greatest exponent of memory; ``None``: there is no bar.
    """

    name: str
    sizes: Sequence[int]
    make: Callable[[Path, int], tuple[list[Path], int]]
    most_memory: float | None = None


def figures(scale: Scale) -> Iterator[Figure]:
    """Judge more and more, with the real command."""
    first = _judge(_few(scale.folder)[0], scale.pick(_ROUNDS, 1))
    for curve in _CURVES:
        yield from _grown(scale, curve, first)


def _grown(scale: Scale, curve: Curve, first: tuple[float, float]) -> Iterator[Figure]:
    counts: list[float] = []
    seconds: list[float] = []
    memory: list[float] = []
    for size in curve.sizes[: scale.pick(len(curve.sizes), 2)]:
        recordings, count = curve.make(scale.folder, size)
        # What takes long has no need of rounds.
        rounds = scale.pick(_ROUNDS, 1) if size < curve.sizes[-1] else 1
        took, peak = _judge(recordings, rounds)
        counts.append(count)
        seconds.append(took - first[0])
        memory.append(peak - first[1])
        for path in recordings:
            path.unlink()
    told = ", ".join(
        f"{count:.0f}: {took:.2f} s, {peak:.0f} MiB"
        for count, took, peak in zip(counts, seconds, memory, strict=True)
    )
    yield Figure(
        group="growth",
        name=f"time by {curve.name}",
        value=_exponent(counts, seconds, _TELLING * first[0]),
        unit="exponent",
        bar=None if scale.is_quick else _MOST_EXPONENT,
        sense="most",
        note=f"beyond start-up: {told}",
    )
    yield Figure(
        group="growth",
        name=f"memory by {curve.name}",
        value=_exponent(counts, memory, _TELLING * first[1]),
        unit="exponent",
        bar=None if scale.is_quick else curve.most_memory,
        sense="most",
        note="0: what there is more of is less than the bare command varies",
    )


def _exponent(counts: list[float], costs: list[float], least: float) -> float:
    """Return the exponent of *costs*; what is below *least* drowns in the start-up."""
    told = [pair for pair in zip(counts, costs, strict=True) if pair[1] >= least]
    return exponent([count for count, _ in told], [cost for _, cost in told])


def _judge(recordings: list[Path], rounds: int) -> tuple[float, float]:
    """Return the least processor time of several rounds, and the peak of memory."""
    command = [DLSCHECK, "judge", "-q", "--allow-incomplete", *map(str, recordings)]
    all_spent = [spent_by(command) for _ in range(rounds)]
    assert all(spent.exit == 0 for spent in all_spent)
    return min(spent.cpu for spent in all_spent), max(one.peak_mib for one in all_spent)


def _few(folder: Path) -> tuple[list[Path], int]:
    return _events(folder, 1)


def _events(folder: Path, days: int) -> tuple[list[Path], int]:
    path = folder / "events.jsonl"
    return [path], write(path, recording(Fleet(10, days=days)))


def _clients(folder: Path, devices: int) -> tuple[list[Path], int]:
    path = folder / "clients.jsonl"
    write(path, recording(Fleet(devices, slots=3)))
    return [path], devices


def _pending(folder: Path, reports: int) -> tuple[list[Path], int]:
    path = folder / "pending.jsonl"
    write(path, backlog(reports))
    return [path], reports


def _cases(folder: Path, count: int) -> tuple[list[Path], int]:
    paths = [folder / f"case-{number}.jsonl" for number in range(count)]
    for path in paths:
        write(path, recording(Fleet(1)))
    return paths, count


_CURVES = (
    Curve("events", (1, 10, 100, 1_000), _events, most_memory=0.3),
    Curve("clients", (10, 100, 1_000, 10_000), _clients, most_memory=1.1),
    Curve("pending reports", (14, 140, 1_400, 14_000), _pending, most_memory=1.1),
    Curve("cases", (1, 10, 100, 1_000), _cases),
)
