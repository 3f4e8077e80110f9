"""
The proof that generated stories find what they are for, and condemn nobody else.

Like `test_sdks`, with stories that nobody has written.
"""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import load_cases
from harness.suite.exploration import Exploration
from harness.suite.gate import Gate
from harness.suite.property import Property
from harness.suite.stage import set_stage
from harness.suite.tally import CaseReport
from harness.suite.workshop import Workshop

ROOT = Path(__file__).parents[1]
MODULES = ("any_story", "slot_alignment", "no_retry", "retention", "uuid_persistence")
#: Sessions that crash take a process each, and are ten times as slow.
EXAMPLES = {"any_story": 15, "uuid_persistence": 15}


def property_in(module: str) -> Property:
    found: Property = importlib.import_module(f"cases.properties.{module}").PROPERTY
    return found


@pytest.fixture
def explored(tmp_path: Path) -> Iterator[Any]:
    """Explore one property with one SDK, and give the workshop too."""
    workshops = []

    def explore(module: str, sdk: str, generation: str) -> tuple[CaseReport, Workshop]:
        stage = set_stage(ROOT / "sdks" / sdk, generation, tmp_path, gate=Gate(strict=True))
        workshop = Workshop(stage)
        workshops.append(workshop)
        exploration = Exploration(property_in(module), stage, workshop.play)
        return exploration.explore(EXAMPLES.get(module, 30)), workshop

    yield explore
    for workshop in workshops:
        workshop.close()


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("generation", ["lts", "dls"])
@pytest.mark.parametrize("sdk", ["node", "reference"])
def test_sound_sdks_conform(sdk: str, generation: str, module: str, explored: Any) -> None:
    """No story condemns our two SDKs, and each property exercises what it says."""
    report, _ = explored(module, f"{sdk}/sdk.yaml", generation)
    assert report.case.outcome == "passed", report.case.timeline
    assert set(property_in(module).exercises) <= set(report.case.exercised)
    assert report.case.counterexample is None


@pytest.mark.parametrize(
    ("variant", "module", "rule"),
    [
        ("other-boundary", "slot_alignment", "slot/boundary-instant"),
        ("retries-at-next-tick", "no_retry", "submit/failed-waits-for-next-session"),
        ("retries-at-next-tick", "any_story", "submit/failed-waits-for-next-session"),
        ("keeps-7-days", "retention", "retention/kept-for-30-days"),
        ("uuid-per-start", "uuid_persistence", "identity/persists-across-sessions"),
    ],
)
def test_defects_are_found(
    variant: str, module: str, rule: str, explored: Any, tmp_path: Path
) -> None:
    """A defect is found, in a story of a few steps that shows it whenever it is played."""
    report, workshop = explored(module, f"reference/faulty/{variant}.yaml", "dls")
    assert report.case.outcome == "violated"
    assert rule in report.case.violated
    path = tmp_path / report.case.counterexample
    (case,) = load_cases(path, tmp_path, frozenset(RULES_BY_ID))
    assert len(case.scenario.steps) <= 5
    judgement = workshop.play(case).judgement
    assert judgement is not None
    assert rule in judgement.violated()


_DRAWN = """
import hashlib, importlib, sys
from harness.scenario.render import render_scenario
from harness.suite.property import Cast
cast = Cast("dls", frozenset(["standby-server", "organization-id"]))
for module in sys.argv[2:]:
    explored = importlib.import_module(f"cases.properties.{module}").PROPERTY
    drawn = []
    explored.search(cast, drawn.append, examples=15, seed=int(sys.argv[1]))
    text = "".join(map(render_scenario, drawn))
    print(module, hashlib.sha256(text.encode()).hexdigest())
"""


def _drawn(seed: int, *loaded: str) -> list[str]:
    """Draw stories in a process of its own that has other modules loaded."""
    program = "".join(f"import {name}\n" for name in loaded) + _DRAWN
    arguments = [sys.executable, "-c", program, str(seed), *MODULES]
    ended = subprocess.run(arguments, cwd=ROOT, capture_output=True, check=True)
    return ended.stdout.decode().splitlines()


def test_the_same_everywhere() -> None:
    """A seed draws the same stories in every process, and another one draws others."""
    first = _drawn(1)
    assert len(first) == len(MODULES)
    assert first == _drawn(1, "harness.cli.main", "mock_server.app")
    assert not set(first) & set(_drawn(2))
