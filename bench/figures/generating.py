"""Generated stories: steps a second when they are played, against when only drawn."""

import json
from collections.abc import Iterator
from time import process_time

from bench.figures.figure import Figure, Scale
from bench.figures.spent import DLSCHECK, spent_by
from cases.properties.any_story import PROPERTY
from harness.scenario.scenario import Scenario
from harness.suite.property import Cast

_SEED = 1
_SDK = "sdks/reference/sdk.yaml"
_CAPABILITIES = frozenset({"standby-server", "organization-id", "restart-in-process"})


def figures(scale: Scale) -> Iterator[Figure]:
    """Draw stories, and then have the reference SDK play the same number of them."""
    examples = scale.pick(60, 5)
    steps, drawing = _drawn(examples)
    few, many = (_played(scale, count) for count in (1, examples))
    per_step = (many[1] - few[1]) / (steps / examples * (many[0] - few[0]))
    yield Figure(
        group="stories",
        name="generated steps a second",
        value=1 / per_step,
        unit="steps/s",
        against="drawing them alone",
        ratio=(drawing / steps) / per_step,
        note=f"{many[0]} stories of {steps / examples:.0f} steps, played by a real process",
    )


def _played(scale: Scale, examples: int) -> tuple[int, float]:
    """Return how many stories a run of the suite plays, and its processor time."""
    out = scale.folder / "stories"
    command = [DLSCHECK, "run", _SDK, "--generation", "dls", "--out", str(out), "-q"]
    command += ["-k", PROPERTY.id, "--property-examples", str(examples), "-n", "1"]
    spent = spent_by([*command, "--seed", str(_SEED), "--allow-incomplete"])
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return sum(case.get("examples") or 0 for case in results["cases"]), spent.cpu


def _drawn(examples: int) -> tuple[int, float]:
    """Return how many steps there are in so many stories, and the time to draw them."""
    steps, stories = 0, 0

    def count(scenario: Scenario) -> None:
        nonlocal steps, stories
        steps += len(scenario.steps)
        stories += 1

    began = process_time()
    cast = Cast(generation="dls", capabilities=_CAPABILITIES)
    PROPERTY.search(cast, count, examples=examples, seed=_SEED)
    took = process_time() - began
    return round(steps * examples / stories), took * examples / stories
