"""Tests of what the rules say of a capture: exchanges, and nobody who knows the rest."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from harness.domain.evidence import Evidence
from harness.domain.generation import LTS
from harness.domain.recording import Configuration

WAITS = "submit/failed-waits-for-next-session"
GOES_OUT = "submit/failed-goes-out-next-session"
REMOVED = "submit/removed-once-accepted"
FIRST = "08:00:00 QR_CODE 2"
LATER = "08:03:00 QR_CODE 3"
OPEN = "no evidence of: session"
EXCUSED = "only one that nobody saw would excuse it"


def reason(capture: Any, rule: str) -> str | None:
    """Why a rule is called not observable, if it is."""
    result = capture.verdict(rule)
    return result.reason if result.verdict == "not-observable" else None


def _failed(capture: Any) -> Any:
    """A start, and the first portion submitted in vain at its first tick."""
    return capture.grant().at("08:03:30").post(FIRST, fate="failed")


def test_conforming_life(capture: Any) -> None:
    """What a sound SDK sends violates nothing, and satisfies what it shows."""
    _failed(capture).at("08:06:30").post(LATER)
    capture.at("09:00:10").grant().post(FIRST).at("09:06:10")
    capture.post("09:03:00 QR_CODE 1").close()
    satisfied = capture.satisfied()
    assert not capture.violated()
    assert not capture.violated("should")
    assert {WAITS, GOES_OUT, REMOVED, "submit/failed-unchanged"} <= satisfied
    assert {"submit/every-three-minutes", "submit/anchored-at-start"} <= satisfied
    assert {"slot/on-the-grid", "report/complete", "auth/carries-client-uuid"} <= satisfied


def test_retry_at_next_tick(capture: Any) -> None:
    """A portion that failed and comes again at the session's next tick is a retry."""
    _failed(capture).at("08:06:30").post(FIRST).close()
    finding = capture.verdict(WAITS).findings[0]
    assert capture.violated() == (WAITS,)
    assert finding.inferred


def test_retry_at_once(capture: Any) -> None:
    """Nobody restarts within a second: a portion that comes again at once is a retry."""
    _failed(capture).at("08:03:31").post(FIRST).close()
    assert capture.violated() == (WAITS,)


def test_silent_restart(capture: Any) -> None:
    """Off the ticks a restart on the local licence would explain it: left open."""
    _failed(capture).at("08:05:00").post(FIRST).close()
    assert not capture.violated()
    assert reason(capture, WAITS) == f"{OPEN} (once {EXCUSED})"


def test_restart_that_falls_on_a_tick(capture: Any) -> None:
    """After a while a silent restart may fall on a tick: undecided."""
    _failed(capture).at("09:30:30").post(FIRST).close()
    assert not capture.violated()


def test_mid_stream(capture: Any) -> None:
    """A capture that begins in mid-stream accuses nobody of a retry."""
    capture.at("08:03:30").post(FIRST, fate="failed").at("08:06:30").post(FIRST).close()
    result = capture.verdict(WAITS)
    assert not capture.violated()
    assert result.verdict == "not-observable"
    assert result.reason == "no evidence of: session (no grant was seen)"


def test_open_slot(capture: Any) -> None:
    """Of a slot that was open more may have been done meanwhile: undecided."""
    capture.grant().at("08:03:30").post(LATER, fate="failed")
    capture.at("08:06:30").post(LATER).close()
    assert not capture.violated()


def test_failover(capture: Any) -> None:
    """The other server at once, the first one having said nothing, is no retry."""
    _failed(capture).post(FIRST, server="standby").close()
    assert not capture.violated()


def test_failover_by_address(capture: Any) -> None:
    """Where nobody has told which server is which, their addresses tell them apart."""
    capture.grant().at("08:03:30").post(FIRST, fate="failed", base="http://one")
    capture.post(FIRST, base="http://other").close()
    assert not capture.violated()


def test_redirect(capture: Any) -> None:
    """A client that is sent on to another address asks there at once: no retry."""
    _failed(capture)
    capture.events[-1] = msgspec.structs.replace(capture.events[-1], status=307)
    capture.at("08:03:31").post(FIRST).close()
    assert not capture.violated()


def test_two_tabs(capture: Any) -> None:
    """Two sessions of one UUID that go on at once are not told apart."""
    capture.grant().at("08:01:40").grant().at("08:03:30").post(FIRST, fate="failed")
    capture.at("08:04:40").post(FIRST).at("08:07:40").post(FIRST).close()
    assert not capture.violated()


def test_accepted_comes_again(capture: Any) -> None:
    """A portion of a closed slot that was accepted and comes again, whenever that is."""
    capture.at("08:03:30").post(FIRST).at("11:00:00").post(FIRST).close()
    finding = capture.verdict(REMOVED).findings[0]
    assert capture.violated() == (REMOVED,)
    assert finding.entries == (1, 2)


def test_failed_never_comes(capture: Any) -> None:
    """A session that was granted, and lives on, and leaves out what had failed."""
    _failed(capture).at("09:00:10").grant().at("09:03:10").post("09:00:00 QR_CODE 1")
    capture.close()
    assert capture.violated() == (GOES_OUT,)


def test_failed_never_comes_and_nobody_lives(capture: Any) -> None:
    """A session of which nothing more is seen may have been killed: left open."""
    _failed(capture).at("09:00:10").grant().at("09:30:00").close()
    assert not capture.violated()
    assert reason(capture, GOES_OUT) == f"{OPEN} (once {EXCUSED})"


def test_failed_never_comes_as_is_told(capture_of: Any) -> None:
    """Whoever tells when a session was stopped tells that it lived until then."""
    capture = _failed(capture_of(evidence=[Evidence.SESSION], device="a").call_start())
    capture.at("08:10:00").stop().at("09:00:00").call_start().grant()
    capture.at("09:10:00").stop().close()
    assert capture.violated() == (GOES_OUT,)


@pytest.mark.parametrize("stopped", ["08:06:40", "08:05:50"])
def test_failed_is_not_due_yet(capture_of: Any, stopped: str) -> None:
    """A slot that is open at the start waits; so does what a start had no time for."""
    capture = capture_of(evidence=[Evidence.SESSION], device="a").call_start().grant()
    capture.at("08:03:30").post(LATER, fate="failed").at("08:04:00").stop()
    capture.at("08:05:40").call_start().grant().at(stopped).stop().close()
    assert not capture.violated()
    assert capture.verdict(GOES_OUT).verdict == "not-exercised"


def test_renewal(capture: Any) -> None:
    """A grant at a tick may be a renewal: the session may be the same or another one."""
    _failed(capture).at("08:06:30").grant().post(FIRST).close()
    assert not capture.violated()


def test_portion_that_grew(capture: Any) -> None:
    """A failed portion of a closed slot that comes again with more units was changed."""
    _failed(capture).at("09:00:10").grant().post("08:00:00 QR_CODE 5").close()
    assert capture.violated() == ("submit/failed-unchanged",)


def test_before_the_grant(capture: Any) -> None:
    """What is submitted between the request and its answer is before the grant."""
    capture.grant()
    asked = capture.events[-1]
    answered = asked.at + timedelta(seconds=4)
    capture.events[-1] = msgspec.structs.replace(asked, answered_at=answered)
    capture.at("08:00:32").post("07:57:00 QR_CODE 1").close()
    assert capture.violated() == ("submit/backlog-after-authorisation",)


def test_just_before_the_request(capture: Any) -> None:
    """What had failed, and goes out just before a grant is asked for, is of that start."""
    _failed(capture).at("09:00:00").post(FIRST).at("09:00:01").grant().close()
    assert capture.violated() == ("submit/backlog-after-authorisation",)


@pytest.mark.parametrize(
    ("days", "rules"), [(1, ()), (0.01, ("submit/anchored-at-start",))]
)
def test_off_the_ticks(capture: Any, days: float, rules: tuple[str, ...]) -> None:
    """Once the local licence is over no silent restart explains a submission."""
    capture.grant(days).at("08:31:00").post("08:27:00 QR_CODE 1").close()
    assert capture.violated("should") == rules
    is_open = reason(capture, "submit/anchored-at-start") == f"{OPEN} (once {EXCUSED})"
    assert is_open is not bool(rules)


def test_off_the_ticks_in_lts(capture_of: Any) -> None:
    """There a start that is not granted may have submitted it: left open."""
    capture = capture_of(LTS).grant(0.01).at("08:31:00").post("08:27:01 QR_CODE 1").close()
    assert not capture.violated("should")
    assert reason(capture, "submit/anchored-at-start") == f"{OPEN} (once {EXCUSED})"


def test_between_ticks(capture: Any) -> None:
    """What goes out soon after a tick may be of a start that asked nobody: left open."""
    capture.grant().at("08:03:30").post(FIRST).at("08:06:30").post(LATER)
    capture.at("08:08:00").post("08:06:00 QR_CODE 1").close()
    assert not capture.violated()
    assert reason(capture, "submit/every-three-minutes") == f"{OPEN} (once {EXCUSED})"


def test_ahead_by_a_second(capture: Any) -> None:
    """A device's clock may be a little ahead of that of whoever captured: left open."""
    capture.grant().at("08:02:59").post("08:03:00 QR_CODE 1").close()
    excuse = "clock (once only one that is a little ahead would excuse it)"
    assert reason(capture, "slot/not-from-the-future") == f"no evidence of: {excuse}"


def test_sessions_that_are_told(capture_of: Any) -> None:
    """Where the inspector knows the sessions, nothing is left undecided."""
    capture = capture_of(evidence=[Evidence.SESSION], device="a")
    capture.call_start().grant().at("08:03:30").post(FIRST, fate="failed")
    capture.at("08:05:00").post(FIRST).at("08:10:00").stop().close()
    assert capture.violated() == ("submit/every-three-minutes", WAITS)
    assert not capture.verdict(WAITS).findings[0].inferred


def test_too_many_attempts(capture_of: Any) -> None:
    """How often one start asks is known where its session is."""
    capture = capture_of(evidence=[Evidence.SESSION], device="a").call_start()
    for _ in range(4):
        capture.ask()
    capture.at("08:10:00").stop().close()
    assert capture.violated("should") == ("auth/bounded-attempts",)


def test_config_that_is_told(capture_of: Any) -> None:
    """A code that the inspector knows is compared with the one that is asked for."""
    told = Configuration(servers=(), handshake_code="200001-Demo")
    capture = capture_of(evidence=[Evidence.CONFIG], told=told).grant().close()
    assert capture.violated() == ("auth/carries-licence-selector",)


def test_one_device(capture_of: Any) -> None:
    """If all is of one device, its UUID must stay the same from start to start."""
    capture = capture_of(evidence=[Evidence.CONFIG], device="a").grant()
    capture.at("09:00:00").grant(client_uuid="another").close()
    assert capture.violated() == ("identity/persists-across-sessions",)


@pytest.mark.parametrize(
    ("device", "verdict"), [(None, "not-observable"), ("a", "satisfied")]
)
def test_told_apart_by_uuid(capture_of: Any, device: str | None, verdict: str) -> None:
    """That messages agree in the UUID by which they were put together says nothing."""
    known = [Evidence.CONFIG] if device else []
    capture = capture_of(evidence=known, device=device).grant()
    capture.at("08:03:30").post(FIRST).close()
    assert capture.verdict("identity/stable-within-session").verdict == verdict


def test_one_connection(capture: Any) -> None:
    """One connection carries the requests of one client UUID."""
    for uuid in ("one", "another"):
        capture.grant(client_uuid=uuid)
        asked = capture.events[-1]
        capture.events[-1] = msgspec.structs.replace(asked, connection="c")
    assert capture.close().violated() == ("identity/stable-within-session",)


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("usage/nothing-lost", "no evidence of: session, usage"),
        ("auth/refusal-surfaced", "no evidence of: outcome, session"),
        (
            "auth/carries-licence-selector",
            "no evidence of: config (handshake-code or organization-id)",
        ),
        ("server/uses-given", "no evidence of: config (server)"),
        ("auth/bounded-attempts", "no evidence of: session"),
    ],
)
def test_not_observable(capture: Any, rule: str, missing: str) -> None:
    """A rule that a capture cannot answer names what it lacks."""
    result = capture.grant().close().verdict(rule)
    assert (result.verdict, result.reason) == ("not-observable", missing)


def test_setting_that_is_not_told(capture_of: Any) -> None:
    """A rule about one setting does not take another one for it."""
    told = Configuration(servers=("http://127.0.0.1:1",))
    capture = capture_of(evidence=[Evidence.CONFIG], told=told).grant().close()
    reason = capture.verdict("auth/carries-licence-selector").reason
    assert reason == "no evidence of: config (handshake-code or organization-id)"


def test_closed_bodies(capture_of: Any) -> None:
    """Where usage cannot be decoded its rules say so, and the others are judged."""
    capture = capture_of(reads=("authorization",)).grant().close()
    assert capture.verdict("slot/on-the-grid").reason == "no evidence of: message (usage)"
    assert capture.verdict("auth/carries-client-uuid").verdict == "satisfied"


def test_closed_bodies_by_digest(capture_of: Any) -> None:
    """Where sessions are told, the same closed body again is a retry."""
    capture = capture_of(evidence=[Evidence.SESSION], device="a", reads=()).call_start()
    head = capture.events[0]
    known = tuple(kind for kind in head.evidence if kind is not Evidence.MESSAGE)
    capture.events[0] = msgspec.structs.replace(head, evidence=known)
    for time, fate in (("08:03:30", "failed"), ("08:05:00", "accepted")):
        capture.at(time).post(FIRST, fate=fate, digest="d")
        capture.events[-1] = msgspec.structs.replace(capture.events[-1], request=None)
    assert capture.at("08:20:00").stop().close().violated() == (WAITS,)
    expected = capture.verdict(WAITS).findings[0].expected
    assert expected == "no second submission of the same closed body before the next start"


def test_empty_submission(capture: Any) -> None:
    """A submission without any usage is seen to be empty."""
    capture.grant().at("08:03:30").post().close()
    assert capture.violated() == ("submit/quiet-when-idle",)


def test_lts_keeps_for_ever(capture_of: Any) -> None:
    """In LTS nothing grows too old to come again."""
    capture = _failed(capture_of(LTS)).at("+40 09:00:10").grant()
    capture.at("+40 09:03:10").post("+40 09:00:01 QR_CODE 1").close()
    assert GOES_OUT in capture.violated()


def test_many_devices(capture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that is forgotten among many is met as if for the first time."""
    monkeypatch.setattr("harness.history.quarter.MOST_DEVICES", 2)
    monkeypatch.setattr("harness.history.quarter.QUARTERS", 1)
    _failed(capture)
    for uuid in ("b", "c"):
        capture.on("x", uuid).grant()
    capture.on("a").at("08:06:30").post(FIRST).close()
    assert not capture.violated()


def test_two_starts_in_a_row(capture: Any) -> None:
    """What the first of them submits at once is its backlog, and not early for the next."""
    _failed(capture).at("09:00:00").grant().post(FIRST).at("09:00:01").grant().close()
    assert not capture.violated()
