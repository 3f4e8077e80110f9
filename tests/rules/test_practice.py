"""Practices: which way an SDK goes where nothing public settles it."""

from typing import Any

import pytest

from harness.domain.generation import LTS
from harness.domain.message import Refusal

REFUSED = Refusal(code=120, text="License usage exceeded its limit.")
BOTH_SERVERS = ("http://127.0.0.1:1", "http://127.0.0.1:2")


def observed(story: Any, rule: str) -> dict[str, int]:
    result = story.settle().verdict(f"practice/{rule}")
    assert not result.findings
    assert result.exposures == sum(result.observed.values())
    return result.observed


def test_open_slot_held_back(story: Any) -> None:
    """A tick at which the open slot's units stay behind."""
    story.start().at("08:01:00").operate().at("08:03:10").operate()
    story.at("08:03:30").post("08:00:00 QR_CODE 1")
    assert observed(story, "open-slot-at-tick") == {"holds them back": 1}


def test_open_slot_submitted(story: Any) -> None:
    """A tick that carries them."""
    story.start().at("08:01:00").operate().at("08:03:10").operate()
    story.at("08:03:30").post("08:00:00 QR_CODE 1", "08:03:00 QR_CODE 1")
    assert observed(story, "open-slot-at-tick") == {"submits them": 1}


@pytest.fixture
def left_over(story: Any) -> Any:
    """Units of two slots are left over from the first session."""
    story.start().operate().at("08:03:10").operate().at("08:03:20").stop()
    return story.at("09:00:00")


def test_backlog_in_one_request(left_over: Any) -> None:
    """Both slots in one request."""
    left_over.start().post("08:00:00 QR_CODE 1", "08:03:00 QR_CODE 1").at("09:02:00")
    assert observed(left_over.stop(), "backlog-requests") == {"one request": 1}


def test_backlog_in_two_requests(left_over: Any) -> None:
    """Each slot in a request of its own."""
    left_over.start().post("08:00:00 QR_CODE 1").post("08:03:00 QR_CODE 1").at("09:02:00")
    assert observed(left_over.stop(), "backlog-requests") == {"several requests": 1}


def test_backlog_kept_after_a_refusal(left_over: Any) -> None:
    """Nothing goes out of a session that was refused."""
    left_over.call_start().ask(REFUSED).answer_start(-20120).stop()
    assert observed(left_over, "backlog-after-refusal") == {"keeps it": 1}


def test_backlog_submitted_after_a_refusal(left_over: Any) -> None:
    """It goes out all the same."""
    left_over.call_start().ask(REFUSED).answer_start(-20120)
    left_over.post("08:00:00 QR_CODE 1").stop()
    assert observed(left_over, "backlog-after-refusal") == {"submits it": 1}


@pytest.fixture
def lts_story(story_of: Any) -> Any:
    return story_of(LTS)


def test_backlog_before_the_answer(lts_story: Any) -> None:
    """In LTS a report may go out before the grant."""
    lts_story.start().operate().at("08:01:00").stop().at("09:00:00").call_start()
    lts_story.post("08:00:01 QR_CODE 1").grant().answer_start().at("09:02:00")
    assert observed(lts_story, "backlog-before-answer") == {"before the answer": 1}


def test_backlog_after_the_answer(lts_story: Any) -> None:
    """Or after it."""
    lts_story.start().operate().at("08:01:00").stop().at("09:00:00").start()
    lts_story.post("08:00:01 QR_CODE 1").at("09:02:00")
    assert observed(lts_story, "backlog-before-answer") == {"after the answer": 1}


def test_asks_while_licensed(story: Any) -> None:
    """One start asks although it need not, the other asks nobody."""
    story.start().stop().at("09:00:00").start().stop()
    story.at("10:00:00").call_start().answer_start().stop()
    assert observed(story, "asks-while-licensed") == {"asks again": 1, "asks nobody": 1}


def test_attempts(story: Any) -> None:
    """A server that gives no proper answer is asked twice; one that does is not counted."""
    story.call_start().ask().ask().answer_start(-20200).stop()
    story.at("09:00:00").start().stop()
    assert observed(story, "attempts-at-a-server") == {"2 times": 1}


def test_refusal_is_final(story: Any) -> None:
    """Main refuses, and nobody else is asked."""
    story.call_start(servers=BOTH_SERVERS).ask(REFUSED).answer_start(-20120).stop()
    assert observed(story, "refusal-is-final") == {"final": 1}


def test_refusal_is_not_final(story: Any) -> None:
    """Main refuses, and then the standby is asked."""
    story.call_start(servers=BOTH_SERVERS).ask(REFUSED).ask(REFUSED, server="standby")
    assert observed(story.answer_start(-20120).stop(), "refusal-is-final") == {
        "asks the standby": 1
    }


def test_server_of_reports(story: Any) -> None:
    """Where submissions go."""
    story.start(servers=BOTH_SERVERS).operate().at("08:03:30")
    story.post("08:00:00 QR_CODE 1", server="standby").stop()
    assert observed(story, "server-of-reports") == {"standby": 1}


@pytest.mark.parametrize(("uuid", "practice"), [(None, "kept"), ("new", "made anew")])
def test_uuid_of_a_failed_first_start(story: Any, uuid: str | None, practice: str) -> None:
    """The second start asks with the UUID of the first, or with another."""
    story.call_start().ask().answer_start(-20200).stop().at("09:00:00")
    story.on("a", uuid).start().stop()
    assert observed(story, "uuid-of-failed-first-start") == {practice: 1}


def test_between_30_and_31_days(story: Any) -> None:
    """A report of that age goes out, or does not."""
    story.start().operate().at("08:01:00").operate(type="EAN_13").at("08:01:10").stop()
    story.at("+30 12:00:00").start().post("08:00:00 QR_CODE 1").at("+30 12:02:00").stop()
    told = observed(story, "purge-between-30-and-31-days")
    assert told == {"submitted": 1, "purged": 1}


def test_works_unlicensed(story: Any) -> None:
    """After a failed start one operation is done, one is not."""
    story.call_start().ask(REFUSED).answer_start(-20120)
    story.operate().operate(performed=False).stop()
    assert observed(story, "works-unlicensed") == {"works": 1, "refuses to work": 1}
