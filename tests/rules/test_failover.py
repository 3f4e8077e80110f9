"""Tests of the server/, failover/ and offline/ rules."""

from typing import Any

import msgspec
import pytest

MAIN, STANDBY = "https://127.0.0.1:1", "https://127.0.0.1:2"
KINDS = ["untrusted", "expired", "wrong-name"]


@pytest.mark.parametrize("kind", KINDS)
def test_bad_certificate_heard(story: Any, kind: str) -> None:
    """A request to a server with a bad certificate breaks server/verifies-tls."""
    story.call_start(servers=(MAIN,), bad_certificates={MAIN: kind})
    story.grant(base=MAIN).answer_start().at("08:20:00").stop().settle()
    assert story.violated("should") == ("server/verifies-tls",)
    finding = story.verdict("server/verifies-tls").findings[0]
    assert finding.entries == (1, 2)
    assert finding.client_uuid == "uuid-of-a"
    assert finding.expected.endswith(f"({kind})")


def test_bad_certificate_heeded(story: Any) -> None:
    """A start that keeps silent towards such a server satisfies it."""
    story.call_start(servers=(MAIN,), bad_certificates={MAIN: "expired"})
    story.answer_start(-20003).at("08:20:00").stop().settle()
    assert not story.violated() + story.violated("should")
    assert story.verdict("server/verifies-tls").exposures == 1


def test_other_server_is_fine(story: Any) -> None:
    """Only the server whose certificate is bad must hear nothing."""
    story.call_start(servers=(MAIN, STANDBY), bad_certificates={MAIN: "untrusted"})
    story.grant(base=STANDBY).answer_start().at("08:20:00").stop().settle()
    assert not story.violated() + story.violated("should")
    assert "server/verifies-tls" in story.satisfied()


def test_good_certificates_expose_nothing(story: Any) -> None:
    """Where no certificate is bad the rule is not exercised."""
    story.call_start(servers=(MAIN,)).grant(base=MAIN).answer_start()
    story.at("08:20:00").stop().settle()
    assert story.verdict("server/verifies-tls").exposures == 0


@pytest.mark.parametrize("code", [0, -20003])
def test_bad_certificate_may_stop_everything(story: Any, code: int) -> None:
    """With a licence that is valid, a bad certificate may end the start, or not."""
    story.call_start(servers=(MAIN,)).grant(base=MAIN).answer_start()
    story.at("08:20:00").stop().at("09:00:00")
    story.call_start(servers=(MAIN,), bad_certificates={MAIN: "expired"})
    story.answer_start(code).at("09:20:00").stop().settle()
    assert not story.violated() + story.violated("should")


def test_bad_certificate_excuses_reports(story: Any) -> None:
    """What cannot go out for a bad certificate waits, and is not late."""
    story.call_start(servers=(MAIN,)).grant(base=MAIN).answer_start()
    story.operate(2).at("08:02:00").stop().at("09:00:00")
    story.call_start(servers=(MAIN,), bad_certificates={MAIN: "expired"})
    story.answer_start().operate(1).at("09:20:00").stop().at("10:00:00")
    story.call_start(servers=(MAIN,)).grant(base=MAIN)
    story.post("08:00:00 QR_CODE 2", "09:00:00 QR_CODE 1").answer_start()
    story.at("10:20:00").stop().settle()
    assert not story.violated() + story.violated("should")


def test_preflights_are_the_browsers(story: Any) -> None:
    """What a browser asks beforehand, behind a path of the server, is nobody's fault."""
    base = f"{MAIN}/licensing"
    story.call_start(servers=(base,))
    story.ask(base=base)
    asked = story.events.pop()
    preflight = msgspec.structs.replace(asked, method="OPTIONS", kind=None, request=None)
    story.events += [preflight, asked]
    story.answer_start(-20003)
    assert story.verdict("server/keeps-url-prefix").exposures == 1
    assert not story.violated("should")
