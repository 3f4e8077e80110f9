"""Tests of what would buy back the rules that a capture cannot answer."""

import pytest

from harness.domain.results import RuleResult
from harness.domain.verdict import Severity, Verdict
from reports.lost import render_lost


def _lost(reason: str) -> RuleResult:
    return RuleResult(
        id="family/rule",
        severity=Severity.MUST,
        verdict=Verdict.NOT_OBSERVABLE,
        exposures=1,
        reason=reason,
        findings=(),
    )


@pytest.mark.parametrize(
    ("lacking", "price"),
    [
        ("session, config (device)", "--sessions FILE and --expect device=..."),
        ("config (handshake-code or organization-id)", "--expect handshake-code=..."),
        ("message (usage)", "a wire profile that decodes usage"),
        (
            "session (3 times only one that nobody saw would excuse it)",
            "--sessions FILE",
        ),
        (
            "clock (once only one that is a little ahead would excuse it)",
            "the active suite (dlscheck run)",
        ),
    ],
)
def test_price(lacking: str, price: str) -> None:
    """Whatever a rule lacks can be told, or is known to the active suite."""
    said = render_lost([_lost(f"no evidence of: {lacking}")])
    assert said.splitlines()[1:] == [f"  {price}: family/rule"]


def test_nothing_is_lost() -> None:
    """Where all could be judged there is nothing to say."""
    assert not render_lost([])
