"""The whole suite: how long it takes, how much time passes in it, how much is waiting."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures.figure import Figure, Scale
from bench.figures.spent import DLSCHECK, Spent, spent_by

_SDK = "sdks/reference/sdk.yaml"
#: The bar is so many seconds for so many scenarios on two cores.
_BAR_SECONDS, _BAR_CASES = 10.0, 150
_ASLEEP = 0.05
_TESTS = "import pytest\n\n\n@pytest.mark.parametrize('n', range({}))\ndef test(n): pass\n"


def figures(scale: Scale) -> Iterator[Figure]:
    """Run the suite on the SDK that it comes with."""
    spent, results = _suite(scale)
    cases = [case for case in results["cases"] if case["outcome"] != "not-applicable"]
    virtual = sum(case["virtualSeconds"] for case in cases)
    count, cores = len(cases), os.cpu_count() or 1
    yield Figure(
        group="suite",
        name=f"seconds for {_BAR_CASES} cases",
        value=spent.wall * _BAR_CASES / count,
        unit="s",
        bar=_BAR_SECONDS,
        sense="most",
        note=f"{count} cases in {spent.wall:.1f} s, {spent.cpu:.1f} s of processor time",
    )
    yield Figure(
        group="suite",
        name="virtual time : wall time",
        value=virtual / spent.wall,
        unit="s/s",
        against="real time",
        ratio=virtual / spent.wall,
        note=f"{virtual / 86400:.0f} days passed",
    )
    yield Figure(
        group="suite",
        name="longest span of one case",
        value=max(case["virtualSeconds"] for case in cases) / 86400,
        unit="days",
        bar=scale.pick(400.0, 0.0),
    )
    yield Figure(
        group="suite",
        name="share of time asleep",
        value=max(0.0, 1 - spent.cpu / (spent.wall * cores)),
        unit="of wall time on all cores",
        bar=_ASLEEP,
        sense="most",
        note="waiting for a core that others use counts as asleep",
    )
    own = _pytest_seconds(scale)
    yield Figure(
        group="suite",
        name="processor time of one case",
        value=spent.cpu / count,
        unit="s",
        against="an empty test of pytest",
        ratio=own / (spent.cpu / count),
        note=f"an empty test takes {own * 1000:.2f} ms",
    )


def _suite(scale: Scale) -> tuple[Spent, dict[str, Any]]:
    out = scale.folder / "suite"
    command = [DLSCHECK, "run", _SDK, "--generation", "dls", "--out", str(out), "-q"]
    command += scale.pick([], ["-k", "auth/refused", "--allow-incomplete", "-n", "1"])
    spent = spent_by(command)
    return spent, json.loads((out / "results.json").read_text(encoding="utf-8"))


def _pytest_seconds(scale: Scale) -> float:
    """Return what one empty test costs: many of them, less a few."""
    few, many = 10, scale.pick(2_000, 100)
    costs = [_empty_tests(scale.folder, count) for count in (few, many)]
    return max(1e-6, (costs[1] - costs[0]) / (many - few))


def _empty_tests(folder: Path, count: int) -> float:
    place = folder / f"empty-{count}"
    place.mkdir(exist_ok=True)
    (place / "test_empty.py").write_text(_TESTS.format(count), encoding="utf-8")
    (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    return spent_by(command, cwd=place).cpu
