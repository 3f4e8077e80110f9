"""Where time runs by itself, rules allow for what nobody can know exactly."""

from typing import Any

import pytest

MODES = ("injected", "real", "scaled")
#: Just before a boundary, and so many seconds.
NEAR = {"08:02:59.5": 0.5, "08:02:57": 3, "08:02:55": 5}


def judged_by(mode: str, off: float) -> bool:
    """Tell whether *mode* is so exact that *off* seconds cannot be its fault."""
    return off > {"injected": 0, "real": 1, "scaled": 4}[mode]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("at", NEAR)
def test_done_near_a_boundary(story: Any, mode: str, at: str) -> None:
    """Units in the next slot are the SDK's mistake only if they surely belong before."""
    story.by_clock(mode).start().at(at).operate(2)
    story.at("08:06:30").post("08:03:00 QR_CODE 2").at("08:20:00").stop().settle()
    expected = ("slot/counted-where-done",) if judged_by(mode, NEAR[at]) else ()
    assert story.violated() == expected


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("at", ["08:03:03", "08:03:01.5"])
def test_done_just_after_a_boundary(story: Any, mode: str, at: str) -> None:
    """Units in the slot before are judged likewise."""
    story.by_clock(mode).start().at(at).operate(2)
    story.at("08:06:30").post("08:00:00 QR_CODE 2").at("08:20:00").stop().settle()
    expected = () if mode == "scaled" else ("slot/counted-where-done",)
    assert story.violated() == expected


def test_another_slot_altogether(story: Any) -> None:
    """However inexact the clock, it is not off by a slot."""
    story.by_clock("scaled").start().at("08:02:59").operate(2)
    story.at("08:09:30").post("08:06:00 QR_CODE 2").at("08:20:00").stop().settle()
    assert story.violated() == ("slot/counted-where-done",)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("late", "at"), [(2.5, "08:03:32.5"), (5, "08:03:35")])
def test_tick_off_its_time(story: Any, mode: str, late: float, at: str) -> None:
    """A tick is off where neither the rule's own two seconds nor the clock explain it."""
    story.by_clock(mode).start().operate(2).at(at).post("08:00:00 QR_CODE 2")
    story.at("08:20:00").stop().settle()
    expected = ("submit/anchored-at-start",) if judged_by(mode, late - 2) else ()
    assert story.violated("should") == expected


@pytest.mark.parametrize("mode", MODES)
def test_label_of_a_slot_that_has_not_begun(story: Any, mode: str) -> None:
    """An SDK whose clock may be ahead of ours may have seen the next slot begin."""
    story.by_clock(mode).at("07:59:58").start().operate(1)
    story.at("08:02:58").post("08:03:00 QR_CODE 1").at("08:20:00").stop().settle()
    is_named = "slot/not-from-the-future" in story.violated()
    assert is_named is (mode != "scaled")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("at", ["08:03:33", "08:03:34.9", "08:03:37"])
def test_other_server_a_little_later(story: Any, mode: str, at: str) -> None:
    """Going to the other server takes real time, a multiple of which is virtual."""
    servers = ("http://127.0.0.1:1", "http://127.0.0.1:2")
    story.by_clock(mode).start(servers=servers).operate(2)
    story.at("08:03:30").post("08:00:00 QR_CODE 2", fate="unread")
    story.at(at).post("08:00:00 QR_CODE 2", server="standby")
    story.at("08:20:00").stop().settle()
    is_retry = "submit/failed-waits-for-next-session" in story.violated()
    allowed = {"injected": 2, "real": 3, "scaled": 6}[mode]
    assert is_retry is (float(at[6:]) - 30 > allowed)
