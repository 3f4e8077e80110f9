"""
Faulty SDKs seen from outside: what a capture shows is told by the suite's own rule.

Of the other faulty SDKs the defect needs what no capture has: usage that should have been
counted, what the application was told, several devices, a cache that was removed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.capture.inspection import AUTO, inspect_capture, open_capture
from harness.capture.told import Told
from harness.domain.recording import SessionCrashed, SessionStopped, StartCalled
from harness.domain.results import RuleResult
from harness.recordings.reader import read_recording

type Play = Callable[[str, str], Path]
type Write = Callable[[Path, str], Path]

#: By the capture alone: the rule, and a case in which it shows.
ALONE = {
    "first-request-without-uuid": (
        "auth/carries-client-uuid",
        "auth/answered-oddly/more-fields",
    ),
    "label-is-operation-time": ("slot/on-the-grid", "slot/boundary/first-slots"),
    "labels-ahead": ("slot/not-from-the-future", "slot/start-within-slot/in-the-middle"),
    "reports-without-code": ("report/complete", "auth/organization-only"),
    "organization-left-out": ("report/complete", "auth/organization-only"),
    "counts-as-text": ("report/complete", "auth/organization-only"),
    "zero-counts": ("report/counts-positive", "usage/counts/one"),
    "posts-with-put": ("submit/by-post", "server/tls-good"),
    "repeats-by-put": ("submit/by-post", "submit/one-failure/status-400"),
    "empty-posts": ("submit/quiet-when-idle", "submit/idle-after-work"),
    "sign-of-life": ("submit/quiet-when-idle", "submit/idle/four-hours"),
    "forgets-to-delete": ("submit/removed-once-accepted", "failover/both-serve"),
    "removal-not-flushed": ("submit/removed-once-accepted", "submit/accepted-then-killed"),
    "removed-at-next-tick": (
        "submit/removed-once-accepted",
        "submit/ended-after-acceptance/stopped",
    ),
    "sent-to-both": ("submit/removed-once-accepted", "failover/both-serve"),
    "retries-at-next-tick": (
        "submit/failed-waits-for-next-session",
        "submit/backlog-fails/refused-by-status",
    ),
    "retries-when-busy": (
        "submit/failed-waits-for-next-session",
        "submit/backlog-fails/refused-by-status",
    ),
    "retries-when-throttled": (
        "submit/failed-waits-for-next-session",
        "submit/one-failure/status-429",
    ),
    "retries-in-transport": (
        "submit/failed-waits-for-next-session",
        "submit/backlog-fails/cut-off",
    ),
    "keeps-16-failed": ("submit/failed-goes-out-next-session", "submit/backlog-of-twenty"),
    "never-purges": ("retention/purged-after-30-days", "retention/old-and-young"),
    "failed-never-purged": ("retention/purged-after-30-days", "retention/old-and-young"),
    "age-from-last-try": ("retention/purged-after-30-days", "retention/old-and-young"),
}

#: By a capture of whose SDK the settings and the sessions are told.
WHERE_TOLD = {
    "code-normalised": ("auth/carries-licence-selector", "auth/code-as-written/mixed-case"),
    "code-in-ascii": (
        "auth/carries-licence-selector",
        "auth/code-as-written/other-alphabet",
    ),
    "code-cut-short": ("auth/carries-licence-selector", "auth/code-as-written/long"),
    "password-left-out": ("auth/sends-session-password", "auth/password/plain"),
    "password-of-first-start": ("auth/sends-session-password", "auth/session-password"),
    "asks-five-times": ("auth/bounded-attempts", "auth/no-proper-answer/server-error"),
    "asks-again-when-busy": ("auth/bounded-attempts", "auth/no-proper-answer/unavailable"),
    "uuid-per-attempt": ("identity/stable-within-session", "identity/standby-asked/reset"),
    "uuid-per-start": ("identity/persists-across-sessions", "auth/licence-ends-in-process"),
    "uuid-changes-form": (
        "identity/persists-across-sessions",
        "auth/licence-ends-in-process",
    ),
    "uuid-expires": ("identity/persists-across-sessions", "identity/restart/thirty-days"),
    "refusal-clears-cache": (
        "identity/persists-across-sessions",
        "identity/refused-between",
    ),
    "uuid-lost-in-crash": ("identity/survives-crash", "identity/first-session-crash"),
    "uuid-per-code": (
        "identity/independent-of-licence",
        "identity/changed-code/in-one-slot",
    ),
    "report-uuid-of-its-own": ("identity/reports-carry-it", "identity/restart/at-once"),
    "remembers-server": ("server/uses-given", "server/moved"),
    "backlog-to-old-server": ("server/uses-given", "server/moved"),
    "backlog-before-answer": (
        "submit/backlog-after-authorisation",
        "submit/backlog-never-tried",
    ),
    "backlog-on-local-licence": (
        "submit/backlog-after-authorisation",
        "submit/backlog-never-tried",
    ),
    "submits-at-once": ("submit/every-three-minutes", "submit/anchored/a-second-later"),
    "submits-when-many": ("submit/every-three-minutes", "submit/heavy-use"),
    "ticks-in-tenths": ("submit/anchored-at-start", "submit/anchored/a-second-later"),
    "ticks-on-grid": ("submit/anchored-at-start", "submit/anchored/a-second-later"),
    "ticks-from-first-operation": ("submit/anchored-at-start", "submit/cadence"),
    "ticks-drift": ("submit/anchored-at-start", "submit/anchored/half-a-slot-later"),
    "retries-every-half-hour": (
        "submit/failed-waits-for-next-session",
        "submit/backlog-fails/refused-by-status",
    ),
    "loses-prefix": ("server/keeps-url-prefix", "server/prefix/one-step"),
    "prefix-first-step": ("server/keeps-url-prefix", "server/prefix/two-steps"),
    "prefix-lost-on-standby": ("server/keeps-url-prefix", "server/standby-prefix"),
    "prefix-lost-on-reports": ("server/keeps-url-prefix", "server/prefix/one-step"),
    "gives-up-after-three": (
        "submit/failed-goes-out-next-session",
        "submit/fails-again-and-again",
    ),
    "standby-first": ("failover/main-first", "failover/backlog-fails/status"),
    "sticks-to-standby": ("failover/main-first", "failover/main-down/for-one-session"),
}

#: By the capture alone something that was not seen would excuse it: what that is. The rule
#: has other exposures there, and is not called satisfied for that.
LEFT_OPEN = {
    "labels-ahead": (
        "slot/not-from-the-future",
        "slot/start-within-slot/last-second",
        "clock",
    ),
    "uuid-per-attempt": (
        "identity/stable-within-session",
        "identity/standby-asked/reset",
        "config (device)",
    ),
    **{
        defect: (*WHERE_TOLD[defect], "session")
        for defect in (
            "submits-when-many",
            "ticks-drift",
            "retries-every-half-hour",
            "gives-up-after-three",
        )
    },
}


def judged(capture: Path, told: Told) -> dict[str, RuleResult]:
    servers = told.configuration.servers if told.configuration else ()
    with open_capture(str(capture), AUTO, servers) as reading:
        inspection = inspect_capture(reading, told, "dls", case=capture.name)
    return {rule.id: rule for rule in inspection.judgement.rules}


def told_of(recording: Path) -> Told:
    """All that an inspector who stood beside the one device would have written down."""
    kinds = (StartCalled, SessionStopped, SessionCrashed)
    sessions = [event for event in read_recording(recording) if isinstance(event, kinds)]
    first = sessions[0]
    assert isinstance(first, StartCalled)
    return Told(first.configuration, first.device, sessions)


@pytest.mark.parametrize("defect", ALONE)
def test_a_capture_shows(defect: str, recorded: Play, capture_as: Write) -> None:
    """Nobody tells anything, and the rule is the same."""
    rule, case = ALONE[defect]
    recording = recorded(f"reference/faulty/{defect}", case)
    assert judged(capture_as(recording, "browser.har"), Told())[rule].findings


@pytest.mark.parametrize("defect", WHERE_TOLD)
def test_a_capture_shows_to_who_knows_more(
    defect: str, recorded: Play, capture_as: Write
) -> None:
    """With settings and sessions told, the rule is the same."""
    rule, case = WHERE_TOLD[defect]
    recording = recorded(f"reference/faulty/{defect}", case)
    capture = capture_as(recording, "browser.har")
    assert judged(capture, told_of(recording))[rule].findings


@pytest.mark.parametrize("defect", LEFT_OPEN)
def test_a_capture_leaves_open(defect: str, recorded: Play, capture_as: Write) -> None:
    """What has an excuse that nobody saw is neither satisfied nor violated."""
    rule, case, lacking = LEFT_OPEN[defect]
    recording = recorded(f"reference/faulty/{defect}", case)
    result = judged(capture_as(recording, "browser.har"), Told())[rule]
    assert result.verdict == "not-observable"
    assert (result.reason or "").startswith(f"no evidence of: {lacking}")
