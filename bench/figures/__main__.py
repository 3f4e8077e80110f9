"""
All figures, one after the other.

``python -m bench.figures [--quick] [--only GROUP] [--out FILE] [--page FILE]``

Prints each figure as soon as it is known, and writes all of them as JSON. With ``--quick``
everything is tried out on next to nothing: that shows that it works, and no more. With
``--only`` the figures of other groups stay in the file as they are.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from bench.figures import (
    generating,
    growing,
    inspecting,
    judging,
    running,
    serving,
    starting,
)
from bench.figures.figure import Figure, Measure, Results, Scale
from bench.figures.spent import ROOT
from bench.figures.table import line_of, write_page

_GROUPS: dict[str, Measure] = {
    "judge": judging.figures,
    "inspect": inspecting.figures,
    "suite": running.figures,
    "stories": generating.figures,
    "start-up": starting.figures,
    "mock": serving.figures,
    "growth": growing.figures,
}
_RESULTS = ROOT / "bench" / "results.json"


def main() -> int:
    """Measure, print and write: after each group, so that what was measured is kept."""
    given = _given()
    began, load = time.monotonic(), os.getloadavg()[0]
    groups = given.only or list(_GROUPS)
    figures = _kept(given.out, groups, is_quick=given.quick) if given.only else []
    missing: dict[str, str] = {}
    for group in groups:
        figures += _measured(group, missing, is_quick=given.quick)
        figures.sort(key=lambda figure: list(_GROUPS).index(figure.group))
        results = Results(
            python=platform.python_version(),
            processor=_processor(),
            cores=os.cpu_count() or 1,
            load=round(load, 2),
            is_quick=given.quick,
            wall_seconds=round(time.monotonic() - began, 1),
            figures=tuple(figures),
            missing=missing,
        )
        given.out.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")
        if given.page:
            write_page(given.page, results)
    return int(bool(missing))


def _measured(group: str, missing: dict[str, str], *, is_quick: bool) -> list[Figure]:
    """Return the figures of *group*; what hinders it is noted as *missing*."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        try:
            for figure in _GROUPS[group](Scale(is_quick=is_quick, folder=Path(folder))):
                print(line_of(figure), flush=True)
                figures.append(figure)
        except (OSError, ValueError, KeyError, AssertionError) as error:
            missing[group] = f"{type(error).__name__}: {error}"
            print(f"{group:9} not measured: {missing[group]}", flush=True)
    return figures


def _kept(path: Path, measured: list[str], *, is_quick: bool) -> list[Figure]:
    """Return the figures of other groups in an older file, if it is one of this kind."""
    if not path.exists():
        return []
    before = msgspec.json.decode(path.read_bytes(), type=Results)
    figures = before.figures if before.is_quick == is_quick else ()
    return [figure for figure in figures if figure.group not in measured]


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0].strip())
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=list(_GROUPS))
    parser.add_argument("--out", type=Path, default=_RESULTS)
    parser.add_argument("--page", type=Path)
    return parser.parse_args()


def _processor() -> str:
    """Return what the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    named = [line.partition(":")[2].strip() for line in lines if line[:10] == "model name"]
    return named[0] if named else platform.processor()


if __name__ == "__main__":
    sys.exit(main())
