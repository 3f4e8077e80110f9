"""Tests of the retention/ rules."""

from typing import Any

RULE = "retention/purged-after-30-days"


def test_too_old(story: Any) -> None:
    """A report of 32 days ago breaks retention/purged-after-30-days."""
    story.start().operate().at("08:01:00").stop()
    story.at("+32 08:00:30").start().post("08:00:00 QR_CODE 1").at("+32 08:05:00").stop()
    assert RULE in story.settle().violated()


def test_clock_set_forward_before_the_start(story: Any) -> None:
    """It is the device's clock that tells the age."""
    story.start().operate().at("08:01:00").stop().set_clock("+32 08:01:00")
    story.at("08:02:00").start().post("08:00:00 QR_CODE 1").at("08:05:00").stop()
    assert RULE in story.settle().violated()


def test_clock_set_forward_within_the_session(story: Any) -> None:
    """What is done and submitted in one session is not old, whatever the clock shows."""
    story.start().operate().at("08:01:00").set_clock("+32 08:01:00")
    story.at("08:03:30").post("08:00:00 QR_CODE 1").at("08:05:00").stop().settle()
    assert not story.violated()
