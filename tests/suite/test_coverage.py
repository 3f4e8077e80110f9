"""What the scenarios are about, all of them together."""

from collections import Counter
from pathlib import Path

import pytest

from harness.domain.generation import GENERATIONS
from harness.rules.catalogue import CATALOGUE, RULES_BY_ID
from harness.scenario.case_file import find_case_files, load_cases
from harness.scenario.scenario import Scenario

CASES = Path(__file__).parents[2] / "cases"
ENOUGH = 3


def scenarios() -> list[Scenario]:
    rules = frozenset(RULES_BY_ID)
    files = find_case_files(CASES)
    return [case.scenario for path in files for case in load_cases(path, CASES, rules)]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_rules_are_exercised_three_times(generation: str) -> None:
    """
    Each rule is named by three scenarios or more of each generation that it applies to.

    That its premise occurs where it is named is seen whenever the suite is played.
    """
    named = Counter(
        rule
        for scenario in scenarios()
        if generation in scenario.generations
        for rule in set(scenario.exercises)
    )
    applicable = [r.id for r in CATALOGUE if GENERATIONS[generation] in r.generations]
    assert {r: named[r] for r in applicable if named[r] < ENOUGH} == {}
