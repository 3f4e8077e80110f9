"""How time and memory of the judge grow, over two decades of what can be many."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures.figure import Figure, Scale
from bench.figures.spent import DLSCHECK, Spent, exponent, spent_by
from bench.traffic import Fleet, backlog, recording, write

_MOST_EXPONENT = 1.05
#: So often what takes little is judged, and the bare command: the least time counts.
_ROUNDS = 5
#: What takes longer than this is judged once.
_LONG_SECONDS = 2.0
#: What comes on top tells something where it is so many times the bare command: of its
#: time, which varies by some hundredths; and of its memory, some MiB of which are used to
#: load it and then for judging.
_TELLING_TIME, _TELLING_MEMORY = 1.0, 0.25
#: A quick run tries this share of each size.
_QUICK_SHARE = 50
#: So many devices have a backlog, and submit all of it so many times.
_DEVICES, _STARTS = 8, 15


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
    for full in curve.sizes if not scale.is_quick else curve.sizes[:2]:
        recordings, count = curve.make(
            scale.folder, scale.pick(full, max(1, full // _QUICK_SHARE))
        )
        took, peak = _judge(recordings, scale.pick(_ROUNDS, 1))
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
        value=_exponent(counts, seconds, _TELLING_TIME * first[0]),
        unit="exponent",
        bar=None if scale.is_quick else _MOST_EXPONENT,
        sense="most",
        note=f"beyond start-up ({first[0]:.2f} s, {first[1]:.0f} MiB): {told}",
    )
    yield Figure(
        group="growth",
        name=f"memory by {curve.name}",
        value=_exponent(counts, memory, _TELLING_MEMORY * first[1]),
        unit="exponent",
        bar=None if scale.is_quick else curve.most_memory,
        sense="most",
        note="of the points far enough above the bare command; 0: fewer than two are",
    )


def _exponent(counts: list[float], costs: list[float], least: float) -> float:
    """Return the exponent of *costs*; what is below *least* drowns in the start-up."""
    told = [pair for pair in zip(counts, costs, strict=True) if pair[1] >= least]
    return exponent([count for count, _ in told], [cost for _, cost in told])


def _judge(recordings: list[Path], rounds: int) -> tuple[float, float]:
    """Return the least processor time of several rounds, and the peak of memory."""
    command = [DLSCHECK, "judge", "-q", "--allow-incomplete", *map(str, recordings)]
    all_spent = [_passed(command)]
    while len(all_spent) < rounds and all_spent[0].cpu < _LONG_SECONDS:
        all_spent.append(_passed(command))
    return min(spent.cpu for spent in all_spent), max(one.peak_mib for one in all_spent)


def _passed(command: list[str]) -> Spent:
    spent = spent_by(command)
    assert spent.exit == 0
    return spent


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
    write(path, backlog(max(1, reports // _DEVICES), _STARTS, _DEVICES))
    return [path], reports


def _cases(folder: Path, count: int) -> tuple[list[Path], int]:
    paths = [folder / f"case-{number}.jsonl" for number in range(count)]
    for path in paths:
        write(path, recording(Fleet(1)))
    return paths, count


_CURVES = (
    Curve("events", (35, 350, 3_500), _events, most_memory=0.3),
    Curve("clients", (500, 5_000, 50_000), _clients, most_memory=1.1),
    Curve("pending reports", (1_000, 10_000, 100_000), _pending, most_memory=1.1),
    Curve("cases", (130, 1_300, 13_000), _cases),
)
