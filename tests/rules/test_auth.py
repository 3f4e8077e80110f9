"""Tests of the auth/ rules."""

from typing import Any

import pytest

from harness.domain.generation import LTS
from harness.domain.message import Refusal

EXHAUSTED = Refusal(code=120, text="License usage exceeded its limit.")


def test_success_without_asking(story: Any) -> None:
    """Success without a request, and without a licence, breaks auth/requested-at-start."""
    story.call_start().answer_start().at("08:05:00").stop().settle()
    assert story.violated() == ("auth/requested-at-start",)


def test_success_on_local_licence(story: Any) -> None:
    """A start on a valid local licence need not ask."""
    story.start().stop().at("+6 08:00:00").call_start().answer_start()
    story.at("+6 08:05:00").stop().settle()
    assert not story.violated()


def test_success_on_expired_licence(story: Any) -> None:
    """A start after the local licence ended has to ask."""
    story.start().stop().at("+8 08:00:00").call_start().answer_start()
    story.at("+8 08:05:00").stop().settle()
    assert story.violated() == ("auth/requested-at-start",)


def test_no_server_to_ask(story: Any) -> None:
    """While every server refuses connections no request can be seen."""
    story.turn(up=False).call_start().answer_start().stop().settle()
    assert story.verdict("auth/requested-at-start").verdict == "not-exercised"


@pytest.mark.parametrize("uuid", [None, ""])
def test_no_uuid(story: Any, uuid: str | None) -> None:
    """A request without a client UUID breaks auth/carries-client-uuid."""
    story.call_start().ask(client_uuid=uuid).answer_start(-20200).stop().settle()
    assert story.violated() == ("auth/carries-client-uuid",)


@pytest.mark.parametrize("code", ["200001-DEMO", "200001-demo ", None])
def test_other_code(story: Any, code: str | None) -> None:
    """Another code than configured, to the byte, breaks auth/carries-licence-selector."""
    story.call_start().grant(handshake_code=code).answer_start().stop().settle()
    assert story.violated() == ("auth/carries-licence-selector",)


def test_organization_only(story: Any) -> None:
    """With only an organization ID configured it is that ID which must be carried."""
    told = {"handshake_code": None, "organization_id": "200001"}
    story.call_start(**told).grant(
        handshake_code=None, organization_id="2000"
    ).answer_start()
    story.stop().settle()
    assert story.violated() == ("auth/carries-licence-selector",)


@pytest.mark.parametrize("code", [0, -20111, -1])
def test_refusal_swallowed(story: Any, code: int) -> None:
    """Success, or another code than -20nnn, breaks auth/refusal-surfaced in DLS."""
    story.call_start().ask(EXHAUSTED).answer_start(code).stop().settle()
    assert story.violated() == ("auth/refusal-surfaced",)


def test_refusal_told(story: Any) -> None:
    """The server's code as -20nnn satisfies auth/refusal-surfaced."""
    story.call_start().ask(EXHAUSTED).answer_start(-20120).stop().settle()
    assert "auth/refusal-surfaced" in story.satisfied()


def test_refusal_told_in_lts(story_of: Any) -> None:
    """In LTS any code but zero tells a refusal."""
    story = story_of(LTS).call_start().ask(EXHAUSTED).answer_start(-1).stop().settle()
    assert "auth/refusal-surfaced" in story.satisfied()


def test_standing_by_is_no_refusal(story: Any) -> None:
    """Code 100 is not definitive."""
    story.call_start().ask(Refusal(code=100)).grant().answer_start().stop().settle()
    assert story.verdict("auth/refusal-surfaced").verdict == "not-exercised"


def test_two_kinds_of_licence(story: Any) -> None:
    """Product key and code in one start break auth/one-licence-kind."""
    story.call_start(product_keys="t0069").grant(product_keys="t0069").answer_start()
    story.stop().settle()
    assert story.violated() == ("auth/one-licence-kind",)


def test_refused_two_kinds(story: Any) -> None:
    """A start that is refused without any request satisfies auth/one-licence-kind."""
    story.call_start(product_keys="t0069").answer_start(-20006).stop().settle()
    assert "auth/one-licence-kind" in story.satisfied()
