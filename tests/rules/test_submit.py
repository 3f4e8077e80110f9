"""Tests of the submit/ rules."""

from typing import Any

import pytest

from harness.domain.generation import LTS


def test_conforming_life(story: Any) -> None:
    """Failure, lost answer and backlog, handled as they should be, violate nothing."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed")
    story.operate(3).at("08:06:30").post("08:03:00 QR_CODE 3", fate="lost")
    story.operate(4).at("08:09:30").post("08:06:00 QR_CODE 4").at("08:40:00").stop()
    story.at("08:50:00").call_start().grant()
    story.post("08:00:00 QR_CODE 2", "08:03:00 QR_CODE 3").answer_start()
    story.at("09:00:00").stop().settle()
    satisfied = {rule for rule in story.satisfied() if rule.startswith("submit/")}
    assert len(satisfied) == 13
    assert not story.violated()


def test_put(story: Any) -> None:
    """Another method than POST breaks submit/by-post."""
    story.start().operate(2).at("08:03:30")
    story.post("08:00:00 QR_CODE 2", fate="failed", method="PUT").at("08:20:00").stop()
    story.at("08:30:00").start().post("08:00:00 QR_CODE 2", fate="failed", method="PUT")
    story.at("08:40:00").stop().settle()
    assert story.violated() == ("submit/by-post",)


def test_backlog_at_first_tick(story: Any) -> None:
    """Left-over usage that waits for the first tick breaks submit/backlog-at-start."""
    story.start().operate(2).at("08:02:00").stop().at("08:10:00").start()
    story.at("08:13:00").post("08:00:00 QR_CODE 2").at("08:20:00").stop().settle()
    assert story.violated() == ("submit/backlog-at-start",)


def test_backlog_within_30_s(story: Any) -> None:
    """Left-over usage may take 30 s, in as many requests as it likes."""
    story.start().operate(2).operate(1, "PDF417").at("08:02:00").stop()
    story.at("08:10:00").start().post("08:00:00 QR_CODE 2")
    story.at("08:10:29").post("08:00:00 PDF417 1").at("08:20:00").stop().settle()
    assert not story.violated()


def test_backlog_before_grant(story: Any) -> None:
    """In DLS left-over usage before the grant breaks submit/backlog-after-authorisation."""
    story.start().operate(2).at("08:02:00").stop().at("08:10:00").call_start()
    story.post("08:00:00 QR_CODE 2").grant().answer_start().at("08:20:00").stop().settle()
    assert story.violated() == ("submit/backlog-after-authorisation",)


def test_backlog_before_grant_in_lts(story_of: Any) -> None:
    """In LTS left-over usage may go out before the grant."""
    story = story_of(LTS).start().operate(2).at("08:02:00").stop().at("08:10:00")
    story.call_start().post("08:00:01 QR_CODE 2").grant().answer_start()
    story.at("08:20:00").stop().settle()
    assert not story.violated()


def test_too_soon(story: Any) -> None:
    """New usage less than 178 s after the last breaks submit/every-three-minutes."""
    story.start().operate(2).at("08:01:00").post("08:00:00 QR_CODE 2").operate(1, "PDF417")
    story.at("08:03:57").post("08:00:00 PDF417 1").at("08:20:00").stop().settle()
    assert story.violated() == ("submit/every-three-minutes",)
    assert story.verdict("submit/every-three-minutes").findings[0].entries == (6, 9)


def test_too_late(story: Any) -> None:
    """Usage more than 360 s after it was done breaks submit/within-six-minutes."""
    story.start().operate(2).at("08:12:30").post("08:00:00 QR_CODE 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("submit/within-six-minutes",)


def test_down_excuses_lateness(story: Any) -> None:
    """While a server is down, lateness is excused."""
    story.start().operate(2).turn(up=False).at("08:06:00").turn(up=True)
    story.at("08:12:30").post("08:00:00 QR_CODE 2").at("08:20:00").stop().settle()
    assert not story.violated()


def test_empty_post(story: Any) -> None:
    """An empty submission breaks submit/quiet-when-idle in DLS."""
    story.start().at("08:03:30").post().at("08:20:00").stop().settle()
    assert story.violated() == ("submit/quiet-when-idle",)


def test_accepted_comes_again(story: Any) -> None:
    """An accepted portion that comes again breaks submit/removed-once-accepted alone."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2").at("08:20:00").stop()
    story.at("08:30:00").start().post("08:00:00 QR_CODE 2").at("08:40:00").stop().settle()
    assert story.violated() == ("submit/removed-once-accepted",)
    finding = story.verdict("submit/removed-once-accepted").findings[0]
    assert finding.entries == (6, 11)
    assert [item.rule for item in finding.consequences] == ["usage/nothing-invented"]


@pytest.mark.parametrize("fate", ["failed", "lost"])
def test_retry_in_session(story: Any, fate: str) -> None:
    """Failed units again in the session break submit/failed-waits-for-next-session."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate=fate)
    story.at("08:06:30").post("08:00:00 QR_CODE 2").at("08:20:00").stop().settle()
    assert story.violated() == ("submit/failed-waits-for-next-session",)
    finding = story.verdict("submit/failed-waits-for-next-session").findings[0]
    assert finding.entries == (6, 7)


def test_failover_is_no_retry(story: Any) -> None:
    """The other server at once, where the first took nothing in, is failover."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="unread")
    story.post("08:00:00 QR_CODE 2", server="standby").at("08:20:00").stop().settle()
    assert not story.violated()


def test_later_part_of_open_slot(story: Any) -> None:
    """Units done since the failed part of an open slot are new, not a retry."""
    story.start().at("08:01:00").operate(2).post("08:00:00 QR_CODE 2", fate="failed")
    story.at("08:02:00").operate(1).at("08:04:00").post("08:00:00 QR_CODE 1")
    story.at("08:20:00").stop().at("08:30:00").start().post("08:00:00 QR_CODE 2")
    story.at("08:40:00").stop().settle()
    assert not story.violated()


def test_skips_a_start(story: Any) -> None:
    """A failed portion that skips a start breaks submit/failed-goes-out-next-session."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed")
    story.at("08:20:00").stop().at("08:30:00").start().at("08:40:00").stop()
    story.at("08:50:00").start().post("08:00:00 QR_CODE 2").at("09:00:00").stop().settle()
    assert story.violated() == ("submit/failed-goes-out-next-session",)


def test_deleted_on_failure(story: Any) -> None:
    """A failed portion that never comes again breaks the same rule; the loss follows."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed")
    story.at("08:20:00").stop().at("08:30:00").start().at("08:40:00").stop().settle()
    assert story.violated() == ("submit/failed-goes-out-next-session",)
    finding = story.verdict("submit/failed-goes-out-next-session").findings[0]
    assert [item.rule for item in finding.consequences] == ["usage/nothing-lost"]


@pytest.mark.parametrize("changed", ["08:27:00 QR_CODE 2", "08:00:00 PDF417 2"])
def test_changed(story: Any, changed: str) -> None:
    """A failed portion with another label or type breaks submit/failed-unchanged alone."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed")
    story.at("08:20:00").stop().at("08:30:00").start().post(changed)
    story.at("08:40:00").stop().settle()
    assert story.violated() == ("submit/failed-unchanged",)


def test_grown(story: Any) -> None:
    """A failed portion with more units breaks submit/failed-unchanged."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed")
    story.at("08:20:00").stop().at("08:30:00").start().post("08:00:00 QR_CODE 4")
    story.at("08:40:00").stop().settle()
    assert story.violated() == ("submit/failed-unchanged",)


def test_blocked(story: Any) -> None:
    """Newer usage that waits for the next start breaks submit/failure-does-not-block."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed")
    story.at("08:04:00").operate(3).at("08:20:00").stop().at("08:30:00").start()
    story.post("08:00:00 QR_CODE 2", "08:03:00 QR_CODE 3").at("08:40:00").stop().settle()
    assert story.violated() == ("submit/failure-does-not-block",)


def test_lost_answer_forgotten(story: Any) -> None:
    """A stored report that never comes again breaks submit/lost-answer-sent-again."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="lost")
    story.at("08:20:00").stop().at("08:30:00").start().at("08:40:00").stop().settle()
    assert story.violated() == ("submit/lost-answer-sent-again",)


def test_lost_answer_merged(story: Any) -> None:
    """A stored portion that comes again with more units breaks the same rule."""
    story.start().at("08:01:00").operate(2).post("08:00:00 QR_CODE 2", fate="lost")
    story.at("08:02:00").operate(1).stop().at("08:30:00").start()
    story.post("08:00:00 QR_CODE 3").at("08:40:00").stop().settle()
    assert story.violated() == ("submit/lost-answer-sent-again",)
