"""Tests of the identity/ rules."""

from typing import Any

import pytest


def _session(story: Any, begin: str, end: str) -> Any:
    return story.at(begin).start().at(end).stop()


def test_same_uuid_satisfies(story: Any) -> None:
    """One UUID for each device, over stop and crash, satisfies the identity rules."""
    _session(story, "08:00:30", "08:05:00")
    _session(story.on("b"), "08:06:00", "08:07:00")
    story.on("a").at("08:10:00").start().operate().at("08:13:00").post("08:09:00 QR_CODE 1")
    story.crash().at("08:20:00").start().grant().at("08:25:00").stop().settle()
    satisfied = {rule for rule in story.satisfied() if rule.startswith("identity/")}
    assert len(satisfied) == 6
    assert not story.violated()


def test_shared_by_empty_devices(story: Any) -> None:
    """An empty device with another's UUID breaks identity/created-when-absent alone."""
    _session(story, "08:00:30", "08:05:00")
    _session(story.on("b", "uuid-of-a"), "08:06:00", "08:10:00").settle()
    assert story.violated() == ("identity/created-when-absent",)
    finding = story.verdict("identity/created-when-absent").findings[0]
    assert [item.rule for item in finding.consequences] == ["identity/distinct-per-device"]


def test_shared_later(story: Any) -> None:
    """A device that later takes another's UUID breaks identity/distinct-per-device."""
    _session(story, "08:00:30", "08:05:00")
    story.on("b").at("08:06:00").call_start().ask().answer_start(-20200).stop()
    _session(story.on("b", "uuid-of-a"), "08:08:00", "08:10:00").settle()
    assert story.violated() == ("identity/distinct-per-device",)


def test_changes_within_session(story: Any) -> None:
    """Two UUIDs in the requests of one start break identity/stable-within-session."""
    story.call_start().ask().grant(client_uuid="another").answer_start()
    story.at("08:05:00").stop().settle()
    assert story.violated() == ("identity/stable-within-session",)


def test_changes_after_stop(story: Any) -> None:
    """Another UUID after a stop breaks identity/persists-across-sessions."""
    _session(story, "08:00:30", "08:05:00")
    _session(story.on("a", "another"), "+3 08:00:00", "+3 08:05:00").settle()
    assert story.violated() == ("identity/persists-across-sessions",)


def test_changes_after_failed_first_start(story: Any) -> None:
    """Before the first success a UUID may change."""
    story.call_start().ask().answer_start(-20200).stop()
    _session(story.on("a", "another"), "08:06:00", "08:09:00").settle()
    assert not story.violated()


def test_wiped_under_another_code(story: Any) -> None:
    """A wiped device begins anew, also where its next starts are refused."""
    _session(story, "08:00:30", "08:05:00").wipe().on("a", "another")
    for time in ("08:06:00", "08:09:00"):
        story.at(time).call_start(handshake_code="other").ask().answer_start(-20111).stop()
    story.settle()
    assert not story.violated("should")


def test_changes_after_wipe(story: Any) -> None:
    """A wiped device begins anew."""
    _session(story, "08:00:30", "08:05:00").wipe()
    _session(story.on("a", "another"), "08:06:00", "08:09:00").settle()
    assert not story.violated()


def test_lost_in_crash(story: Any) -> None:
    """Another UUID after a kill, but not after a stop, breaks identity/survives-crash."""
    _session(story, "08:00:30", "08:05:00")
    story.at("08:06:00").start().at("08:08:00").crash()
    _session(story.on("a", "another"), "08:10:00", "08:12:00").settle()
    assert story.violated() == ("identity/survives-crash",)


def test_forgetful_without_crash(story: Any) -> None:
    """A UUID that changes at every start is not blamed on a kill as well."""
    _session(story, "08:00:30", "08:05:00")
    story.on("a", "second").at("08:06:00").start().at("08:08:00").crash()
    _session(story.on("a", "third"), "08:10:00", "08:12:00").settle()
    assert story.violated() == ("identity/persists-across-sessions",)


def test_report_of_somebody_else(story: Any) -> None:
    """A report under another UUID breaks identity/reports-carry-it alone."""
    story.start().operate(2).at("08:03:30").post("08:00:00 QR_CODE 2", uuid="else")
    story.at("08:20:00").stop().settle()
    assert story.violated() == ("identity/reports-carry-it",)


def _two_on_one_cache(story: Any, first: str, second: str, later: str) -> Any:
    story.on("a", first).call_start(cache="a").grant()
    story.on("b", second).call_start(cache="a").grant()
    story.answer_start().stop().on("a").answer_start().stop()
    for process, uuid in (("a", first), ("b", later)):
        story.on(process, uuid).call_start(cache="a").grant().answer_start().stop()
    return story.settle()


@pytest.mark.parametrize("second", ["uuid-of-a", "overruled"])
def test_one_winner_on_a_shared_cache(story: Any, second: str) -> None:
    """Processes on one cache end with one UUID, whatever the loser began with."""
    _two_on_one_cache(story, "uuid-of-a", second, "uuid-of-a")
    assert "identity/one-winner-on-shared-cache" in story.satisfied()
    assert not story.violated() + story.violated("should") + story.violated("may")


def test_two_winners_on_a_shared_cache(story: Any) -> None:
    """Processes that keep to a UUID each break the rule of one winner alone."""
    _two_on_one_cache(story, "uuid-of-a", "uuid-of-b", "uuid-of-b")
    assert story.violated("may") == ("identity/one-winner-on-shared-cache",)
    assert not story.violated() + story.violated("should")


def test_a_licence_that_the_other_process_got(story: Any) -> None:
    """Who shares a cache may work on what was granted to the other process."""
    story.on("a").call_start(cache="a").on("b").call_start(cache="a").grant()
    story.answer_start().on("a").answer_start().at("08:05:00").stop().on("b").stop()
    story.on("a").at("08:06:00").call_start(cache="a").answer_start().stop().settle()
    assert not story.violated()
