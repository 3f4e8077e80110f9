"""
Claims about what we say of the vendor's SDKs: it is what they did.

Whether they do right is not asked here. These tests need the packages, and a network of
their own: ``make real-sdks-test``.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.domain.message import AuthorizationRequest
from harness.domain.recording import AnyEvent, Exchange, StartCalled
from harness.domain.results import RuleResult
from harness.domain.verdict import Verdict
from harness.recordings.reader import read_recording
from sdks.dynamsoft.closed import is_closed
from sdks.dynamsoft.subject import SUBJECTS, observe, stories, through_proxy
from sdks.dynamsoft.wiretap import Asked, tapped

#: An SDK asks one server so often in one start, by our rule.
_MOST_ATTEMPTS = 3
_DEVICES = 3


def test_they_are_closed_in() -> None:
    """Nothing here runs where anything can leave the machine."""
    assert is_closed(), "run this by `make real-sdks-test`"


@dataclass(frozen=True)
class Played:
    """One case: what went by meanwhile, what was recorded of it, and what was judged."""

    asked: list[Asked]
    events: list[AnyEvent]
    rules: dict[str, RuleResult]

    def is_kept(self, rule: str) -> bool:
        """Whether *rule* was satisfied; else it was violated."""
        verdict = self.rules[rule].verdict
        assert verdict in (Verdict.SATISFIED, Verdict.VIOLATED)
        return verdict is Verdict.SATISFIED


def play(folder: str, case: str, out: Path) -> Played:
    """Play one case with a wiretap on."""
    cases = [one for one in stories() if one.id == case]
    with tapped() as tap:
        seen = observe(folder, cases, out)
    assert not seen.faults
    recording = seen.reports[0].case.recording
    assert recording
    events = list(read_recording(out / recording))
    return Played(tap.asked(), events, {rule.id: rule for rule in seen.rules})


@pytest.mark.parametrize("folder", SUBJECTS)
def test_requests_are_those_on_the_wire(folder: str, tmp_path: Path) -> None:
    """Every request of three devices that went by stands in the recording, and no other."""
    played = play(folder, "devices", tmp_path)
    told = [
        (urlsplit(event.base or "").port, event.request.client_uuid)
        for event in played.events
        if isinstance(event, Exchange) and isinstance(event.request, AuthorizationRequest)
    ]
    asked = [(one.port, one.content["cu"]) for one in played.asked]
    assert asked
    assert asked == told
    assert played.rules["auth/carries-client-uuid"].exposures == len(asked)
    # Every device has a port of its own: the first UUID at each is what it began with.
    begun = dict(reversed(asked))
    is_distinct = len(set(begun.values())) == len(begun) == _DEVICES
    assert played.is_kept("identity/created-when-absent") is is_distinct


@pytest.mark.parametrize("folder", SUBJECTS)
def test_verdicts_follow_from_the_wire(folder: str, tmp_path: Path) -> None:
    """Which server came first, and how often each was asked, is counted by hand."""
    played = play(folder, "two-servers/main-fails", tmp_path)
    start = next(one for one in played.events if isinstance(one, StartCalled))
    main, standby = (urlsplit(url).port for url in start.configuration.servers)
    ports = [one.port for one in played.asked]
    assert set(ports) <= {main, standby}
    assert played.is_kept("failover/main-first") is (ports[0] == main)
    most = max(Counter(ports).values())
    assert played.is_kept("auth/bounded-attempts") is (most <= _MOST_ATTEMPTS)
    codes = {one.content.get("hs") for one in played.asked}
    is_carried = codes == {start.configuration.handshake_code}
    assert played.is_kept("auth/carries-licence-selector") is is_carried


@pytest.mark.parametrize("folder", SUBJECTS)
def test_through_a_proxy(folder: str, tmp_path: Path) -> None:
    """Over https, through mitmproxy: verdicts are the same live and saved."""
    seen = asyncio.run(through_proxy(folder, tmp_path))
    kinds = [exchange.kind for exchange in seen.exchanges]
    assert "authorization" in kinds, seen.said
    assert "auth/carries-licence-selector" in seen.live
    assert seen.saved == seen.live
