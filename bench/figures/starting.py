"""How long each subcommand takes until it says something, against bare Python."""

import statistics
import sys
from collections.abc import Iterator

from bench.figures.figure import Figure, Scale
from bench.figures.spent import DLSCHECK, spent_by
from harness.cli.commands import COMMANDS

#: What a person takes for at once.
_AT_ONCE_SECONDS = 0.5


def figures(scale: Scale) -> Iterator[Figure]:
    """Ask every subcommand for its help."""
    names = list(COMMANDS)
    commands = {name: [DLSCHECK, name, "--help"] for name in scale.pick(names, names[:2])}
    commands["python"] = [sys.executable, "-c", "pass"]
    for command in commands.values():
        spent_by(command)  # from now on everything is compiled
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(scale.pick(3, 1)):
        for name, command in commands.items():
            seconds[name].append(spent_by(command).cpu)
    bare = statistics.median(seconds.pop("python"))
    for name, took in seconds.items():
        median = statistics.median(took)
        yield Figure(
            group="start-up",
            name=f"dlscheck {name} --help",
            value=median,
            unit="s of processor time",
            against="python -c pass",
            ratio=bare / median,
            bar=_AT_ONCE_SECONDS,
            sense="most",
        )
