"""Tests of the report/ rules that other families do not reach."""

from typing import Any

import pytest

from harness.rules import report


def _second_report_after_another_slot(story: Any) -> Any:
    story.start().at("08:01:00").operate(2).at("08:03:00").post("08:00:00 QR_CODE 1")
    story.operate(1).at("08:06:00").post("08:03:00 QR_CODE 1")
    story.at("08:09:00").post("08:00:00 QR_CODE 1")
    return story.at("08:20:00").stop().settle()


def test_two_reports_of_a_slot(story: Any) -> None:
    """Further units of a slot in a second report break report/one-per-slot."""
    judged = _second_report_after_another_slot(story)
    assert judged.violated("may") == ("report/one-per-slot",)


def test_slots_of_long_ago(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot that was reported longer ago than is remembered passes for a new one."""
    monkeypatch.setattr(report, "MOST_SLOTS", 1)
    judged = _second_report_after_another_slot(story)
    assert judged.violated("may") == ()
    assert judged.verdict("report/one-per-slot").exposures == 3
