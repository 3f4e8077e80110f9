"""Tests of the usage/, report/ and retention/ rules."""

from typing import Any

import pytest

from harness.domain.generation import LTS


def test_lost_at_stop(story: Any) -> None:
    """Units that vanish between two sessions break usage/survives-restart alone."""
    story.start().operate(2).at("08:02:00").stop().at("08:30:00").start()
    story.at("08:40:00").stop().settle()
    assert story.violated() == ("usage/survives-restart",)
    assert story.judged().ledger.lost == 2


def test_open_slot_of_a_kill(story: Any) -> None:
    """Units of the slot that was open at a kill may be missing."""
    story.start().operate(2).at("08:02:00").crash().at("08:30:00").start()
    story.at("08:40:00").stop().settle()
    assert not story.violated()


def test_wiped(story: Any) -> None:
    """What was wiped with the cache is not lost."""
    story.start().operate(2).at("08:02:00").stop().wipe().at("08:30:00").on("a", "new")
    story.start().at("08:40:00").stop().settle()
    assert not story.violated()


def test_never_licensed_again(story: Any) -> None:
    """Units of a device whose last start failed are still to come."""
    story.start().operate(2).at("08:02:00").stop().at("08:30:00").call_start().ask()
    story.answer_start(-20200).stop().settle()
    assert not story.violated()
    assert story.judged().ledger.pending == 2


def test_counted_twice(story: Any) -> None:
    """More units than were performed break usage/nothing-invented."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 4")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("usage/nothing-invented",)
    assert story.judged().ledger.invented == 2


def test_failures_counted(story: Any) -> None:
    """Units of an unsuccessful operation break usage/failures-not-counted alone."""
    story.start().operate(2, success=False).at("08:03:30").post("08:00:00 QR_CODE 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("usage/failures-not-counted",)


def test_redelivery_is_no_invention(story: Any) -> None:
    """A redelivery after a lost answer counts once."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", fate="lost")
    story.at("08:20:00").stop().at("08:30:00").start().post("08:00:00 QR_CODE 2")
    story.at("08:40:00").stop().settle()
    assert not story.violated()
    assert story.judged().ledger.stored == 2


def test_wrong_type(story: Any) -> None:
    """Units under another type break usage/types-faithful alone."""
    story.start().operate(2).at("08:03:30").post("08:00:00 PDF417 2")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("usage/types-faithful",)


def test_wrong_code(story: Any) -> None:
    """Units under another handshake code are lost to the right one."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", code="elsewhere")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("usage/nothing-lost",)


@pytest.mark.parametrize("lacking", [{"code": None}, {"uuid": None}])
def test_incomplete_report(story: Any, lacking: dict[str, None]) -> None:
    """A report that does not say whose usage it is breaks report/complete."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", **lacking)
    story.at("08:20:00").stop().settle()
    assert "report/complete" in story.violated()


@pytest.mark.parametrize("count", ["0", "-1", "1.5"])
def test_strange_count(story: Any, count: str) -> None:
    """A count that is no whole number above zero breaks report/counts-positive."""
    story.start().at("08:03:30").post(f"08:00:00 QR_CODE {count}", fate="failed")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("report/counts-positive",)


def _old(story: Any, days: int) -> Any:
    """A report that failed on the first day, in a start that found it so again."""
    label = "08:00:01" if story.generation is LTS else "08:00:00"
    story.start().operate(2).at("08:03:30").post(f"{label} QR_CODE 2", fate="failed")
    story.at("08:20:00").stop().at(f"+{days} 08:00:00").start()
    return story, label


@pytest.mark.parametrize("days", [8, 29])
def test_gone_too_soon(story: Any, days: int) -> None:
    """A report gone before 30 days breaks retention/kept-for-30-days alone."""
    story, _ = _old(story, days)
    story.at(f"+{days} 08:20:00").stop().settle()
    assert story.violated() == ("retention/kept-for-30-days",)


def test_sent_in_time(story: Any) -> None:
    """A report of 29 days that goes out satisfies retention/kept-for-30-days."""
    story, label = _old(story, 29)
    story.post(f"{label} QR_CODE 2").at("+29 08:20:00").stop().settle()
    assert "retention/kept-for-30-days" in story.satisfied()
    assert not story.violated()


def test_sent_too_late(story: Any) -> None:
    """A report of 32 days that goes out breaks retention/purged-after-30-days."""
    story, label = _old(story, 32)
    story.post(f"{label} QR_CODE 2").at("+32 08:20:00").stop().settle()
    assert story.violated() == ("retention/purged-after-30-days",)


@pytest.mark.parametrize("days", [30, 32])
def test_purged(story: Any, days: int) -> None:
    """A report of 30 days and more that does not go out is purged, not lost."""
    story, _ = _old(story, days + 1)
    story.at(f"+{days + 1} 08:20:00").stop().settle()
    assert not story.violated()
    assert story.judged().ledger.purged == 2


def test_lts_keeps_for_ever(story_of: Any) -> None:
    """In LTS a report gone after 40 days breaks retention/no-limit-in-lts."""
    story, _ = _old(story_of(LTS), 40)
    story.at("+40 08:20:00").stop().settle()
    assert story.violated("should") == ("retention/no-limit-in-lts",)
