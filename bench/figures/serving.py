"""The mock: requests a second against bare aiohttp, and against peers, if at hand."""

import re
import sys
from collections.abc import Iterator

from bench.figures.figure import Figure, Scale
from bench.figures.spent import spent_by

_ROW = re.compile(r"^(?P<name>\S.*?) {2,}(?P<rate>\d+) +(?P<of_bare>[\d.]+) ", re.MULTILINE)
_BARE = "bare aiohttp"
_OURS = "mock, in memory"
_BARS = {_OURS: 0.8}


def figures(scale: Scale) -> Iterator[Figure]:
    """Have `bench.mock_throughput` measure, side by side."""
    output = scale.folder / "mock.txt"
    rounds = scale.pick(["--rounds", "5", "--seconds", "1"], ["--rounds", "1"])
    short = scale.pick([], ["--seconds", "0.2", "--no-peers"])
    command = [sys.executable, "-m", "bench.mock_throughput", *rounds, *short]
    spent_by(command, output=output)
    for row in _ROW.finditer(output.read_text(encoding="utf-8")):
        name = row["name"]
        is_ours = name.startswith("mock")
        yield Figure(
            group="mock",
            name=f"requests a second, {name}",
            value=float(row["rate"]),
            unit="requests/s",
            against=_BARE if name != _BARE else None,
            ratio=float(row["of_bare"]) if name != _BARE else None,
            bar=_BARS.get(name),
            of="ratio",
            note="" if is_ours else "for comparison",
        )
