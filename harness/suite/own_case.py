"""A case of the suite, found by its id."""

from functools import cache
from pathlib import Path

from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.scenario.render import render_scenario
from harness.suite.places import CASES


def render_own_case(case_id: str) -> str | None:
    """Return the scenario of a case of ours as a case file; ``None``: there is none."""
    found = _beside(case_id).get(case_id)
    return render_scenario(found.scenario) if found else None


def _beside(case_id: str) -> dict[str, Case]:
    """Return the cases of ours that stand in the same file as *case_id*."""
    files = _files()
    path = files.get(case_id) or files.get(case_id.rpartition("/")[0])
    return _load(path) if path else {}


@cache
def _files() -> dict[str, Path]:
    """Return our files by what the ids of their cases begin with."""
    paths = find_case_files(CASES)
    return {path.relative_to(CASES).with_suffix("").as_posix(): path for path in paths}


@cache
def _load(path: Path) -> dict[str, Case]:
    return {case.id: case for case in load_cases(path, CASES, frozenset(RULES_BY_ID))}
