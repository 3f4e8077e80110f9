"""Tests of the slot/ rules."""

from typing import Any

import pytest

from harness.domain.generation import DLS, LTS


def test_right_labels_satisfy_all(story: Any) -> None:
    """Units under the slot of their own time stamp satisfy every slot rule."""
    story.start().operate(2).at("08:03:00").operate(3)
    story.at("08:03:30").post("08:00:00 QR_CODE 2").at("08:06:30").post(
        "08:03:00 QR_CODE 3"
    )
    story.at("08:20:00").stop().settle()
    slot_rules = {rule for rule in story.satisfied() if rule.startswith("slot/")}
    assert slot_rules == {
        "slot/on-the-grid",
        "slot/counted-where-done",
        "slot/boundary-instant",
        "slot/not-from-the-future",
    }
    assert not story.violated()


@pytest.mark.parametrize("label", ["08:00:30", "08:00:01", "08:01:00"])
def test_label_off_the_grid(story: Any, label: str) -> None:
    """A label that begins no slot breaks slot/on-the-grid, and nothing else."""
    story.start().operate(2).at("08:03:30").post(f"{label} QR_CODE 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("slot/on-the-grid",)


def test_lts_label_of_the_other_grid(story_of: Any) -> None:
    """In LTS a label at a multiple of 180 s is off the grid, and nothing else."""
    story = story_of(LTS).start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("slot/on-the-grid",)


def test_slot_of_the_submission(story: Any) -> None:
    """Units counted in the slot of their submission break slot/counted-where-done."""
    story.start().operate(2).at("08:03:30").post("08:03:00 QR_CODE 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("slot/counted-where-done",)
    finding = story.verdict("slot/counted-where-done").findings[0]
    assert (finding.entries, finding.client_uuid) == ((4, 6), "uuid-of-a")


@pytest.mark.parametrize(
    ("generation", "wrong"), [(DLS, "08:00:00"), (LTS, "08:03:01")], ids=["dls", "lts"]
)
def test_boundary_on_the_wrong_side(story_of: Any, generation: Any, wrong: str) -> None:
    """A boundary instant in the other generation's slot breaks slot/boundary-instant."""
    story = story_of(generation).start().at("08:03:00").operate(2)
    story.at("08:06:30").post(f"{wrong} QR_CODE 2").at("08:20:00").stop().settle()
    assert story.violated() == ("slot/boundary-instant",)


def test_report_from_the_future(story: Any) -> None:
    """A slot that has not begun when it is submitted breaks slot/not-from-the-future."""
    story.start().operate(2).at("08:02:00").post("08:03:00 QR_CODE 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("slot/not-from-the-future",)


def test_clock_set_back_is_no_future(story: Any) -> None:
    """A slot that the device's clock has shown before it was set back is no future."""
    story.start().at("08:04:00").operate(2).set_clock("07:00:00")
    story.at("08:06:30").post("08:03:00 QR_CODE 2").at("08:20:00").stop().settle()
    assert not story.violated()
