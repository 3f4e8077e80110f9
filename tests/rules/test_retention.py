"""Tests of the retention/ rules."""

from datetime import timedelta
from typing import Any

import pytest

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


@pytest.mark.parametrize(("operations", "apart"), [(500, 180), (500, 1)])
def test_volume_is_told_in_reports(story: Any, operations: int, apart: int) -> None:
    """A day of slots is a large backlog; as many operations in a few slots are none."""
    story.start().turn(up=False)
    for _ in range(operations):
        story.operate()
        story.now += timedelta(seconds=apart)
    story.stop().turn(up=True).at("+3 08:00:30").start().at("+3 08:05:00").stop().settle()
    assert bool(story.verdict("retention/volume").exposures) is (apart == 180)


def test_clock_that_was_ahead_for_a_while(story: Any) -> None:
    """What the clock has shown to be 31 days old may be purged, wherever it is now."""
    story.start().operate().at("08:01:00").set_clock("+31 08:01:00")
    story.at("08:02:00").set_clock("+29 08:02:00").stop()
    story.at("08:02:30").start().at("08:12:00").stop()
    assert not story.settle().violated()


def test_clock_that_was_not_ahead_enough(story: Any) -> None:
    """After 29 days it has to be there."""
    story.start().operate().at("08:01:00").set_clock("+29 08:01:00")
    story.at("08:02:00").set_clock("+28 08:02:00").stop()
    story.at("08:02:30").start().at("08:12:00").stop()
    assert story.settle().violated() == ("retention/kept-for-30-days",)


def test_usage_after_the_clock_was_ahead(story: Any) -> None:
    """What is done afterwards was never shown to be old."""
    story.start().set_clock("+31 08:01:00").at("08:02:00").set_clock("+1 08:02:00")
    story.operate().stop().at("+1 09:00:00").start().at("+1 09:10:00").stop()
    assert story.settle().violated()
