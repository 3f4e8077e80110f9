"""Several runs side by side."""

from typing import Any

import msgspec
import pytest

from harness.domain.results import Results
from harness.domain.verdict import Verdict
from reports.comparison import Run, families_of, name_of, rows_of, steps_of

SATISFIED, VIOLATED, NOT_EXERCISED, NOT_OBSERVABLE, NOT_APPLICABLE = Verdict


def _with(results: Results, verdict: Verdict, **sdk: Any) -> Results:
    """Return the results with another verdict on their second rule."""
    rule = msgspec.structs.replace(results.rules[1], verdict=verdict)
    rules = (results.rules[0], rule, results.rules[2])
    told = msgspec.structs.replace(results.sdk, **sdk)
    return msgspec.structs.replace(results, rules=rules, sdk=told)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (SATISFIED, VIOLATED, "worse"),
        (NOT_EXERCISED, VIOLATED, "worse"),
        (VIOLATED, SATISFIED, "better"),
        (NOT_EXERCISED, SATISFIED, "observed"),
        (SATISFIED, NOT_EXERCISED, "unobserved"),
        (VIOLATED, NOT_OBSERVABLE, "unobserved"),
        (NOT_EXERCISED, NOT_APPLICABLE, None),
        (SATISFIED, SATISFIED, None),
        (VIOLATED, VIOLATED, None),
    ],
)
def test_what_changed(
    results: Results, before: Verdict, after: Verdict, kind: str | None
) -> None:
    """A rule gets better or worse, or what was known of it is not known any more."""
    runs = [Run("a", _with(results, before)), Run("b", _with(results, after))]
    (step,) = steps_of(runs)
    assert [change.kind for change in step.changes] == ([kind] if kind else [])


def test_steps_are_from_version_to_version(results: Results) -> None:
    """Runs of other SDKs and generations have no step between them."""
    runs = [
        Run("1", _with(results, SATISFIED)),
        Run("2", _with(results, SATISFIED, name="other")),
        Run("3", _with(results, SATISFIED, version="9")),
        Run("4", _with(results, SATISFIED, generation="lts")),
        Run("5", _with(results, SATISFIED, version="10")),
    ]
    steps = [(step.before.name, step.after.name) for step in steps_of(runs)]
    assert steps == [("1", "3"), ("3", "5")]


def test_matrix(results: Results) -> None:
    """There is a row for each rule that any run knows, and a gap where one does not."""
    less = msgspec.structs.replace(results, rules=results.rules[1:])
    rows = rows_of([Run("a", less), Run("b", results)])
    assert [row.rule for row in rows] == [
        "auth/requested-at-start",
        "retention/no-limit-in-lts",
        "submit/failed-waits-for-next-session",
    ]
    assert rows[2].cells == (None, results.rules[0])
    assert rows[2].verdicts == ["violated"]
    assert [family for family, _ in families_of(rows)] == ["auth", "retention", "submit"]


def test_name(results: Results) -> None:
    """A run is called after its SDK, the version and the generation."""
    assert name_of(results.sdk) == "acme-scan 8.4 DLS"
