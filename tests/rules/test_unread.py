"""Tests of what the rules say of a run whose messages can be read in part only."""

from typing import Any

import msgspec
import pytest

from harness.domain.evidence import Evidence
from harness.domain.recording import Configuration


@pytest.fixture
def half_read(story: Any) -> Any:
    """A run in a dialect of which the authorisation request alone can be read."""
    head = msgspec.structs.replace(story.events[0], reads=("authorization",))
    story.events[0] = head
    return story


def test_rules_on_requests_are_judged(half_read: Any) -> None:
    """What the request says is there to be judged."""
    half_read.call_start().ask().answer_start(-20003)
    assert {
        "auth/carries-client-uuid",
        "auth/unreachable-surfaced",
    } <= half_read.satisfied()


@pytest.mark.parametrize(
    ("rule", "lacking"),
    [
        ("usage/nothing-lost", "message (usage)"),
        ("auth/refused-does-not-count", "message (usage)"),
        ("auth/refusal-surfaced", "message (answer)"),
        ("submit/failed-unchanged", "message (answer, usage)"),
    ],
)
def test_rules_on_the_rest_are_not_observable(
    half_read: Any, rule: str, lacking: str
) -> None:
    """A rule on what nobody can read says so, in place of being satisfied."""
    half_read.call_start().ask().answer_start(-20003)
    verdict = half_read.verdict(rule)
    assert verdict.verdict == "not-observable"
    assert verdict.reason == f"no evidence of: {lacking}"


def test_captured_requests_are_compared_with_what_is_told(capture_of: Any) -> None:
    """A capture without any grant that can be read still shows which code was sent."""
    told = {"told": Configuration(servers=(), handshake_code="200001-demo")}
    capture = capture_of(reads=("authorization",), evidence=(Evidence.CONFIG,), **told)
    capture.ask().close()
    assert "auth/carries-licence-selector" in capture.satisfied()
    kept = capture.verdict("identity/persists-across-sessions")
    assert kept.verdict == "not-observable"
