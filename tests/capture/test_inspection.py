"""Tests of captures from beginning to end: what the active suite saw, seen from outside."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.capture.inspection import AUTO, Inspection, inspect_capture, open_capture
from harness.capture.order import in_order
from harness.capture.told import Told, read_told
from harness.documents.bad_input import BadInput
from harness.domain.recording import Exchange, RecordingOpened
from harness.recordings.reader import read_recording

GRANTED = "auth/granted/default-code"
FAILURE = "submit/one-failure/status-503"

#: Defects that show from outside, and a case in which they do.
DEFECTS = {
    "first-request-without-uuid": ("auth/carries-client-uuid", GRANTED),
    "label-is-operation-time": ("slot/on-the-grid", GRANTED),
    "labels-ahead": ("slot/not-from-the-future", "submit/cadence"),
    "reports-without-code": ("report/complete", GRANTED),
    "zero-counts": ("report/counts-positive", GRANTED),
    "posts-with-put": ("submit/by-post", GRANTED),
    "empty-posts": ("submit/quiet-when-idle", GRANTED),
    "forgets-to-delete": ("submit/removed-once-accepted", GRANTED),
    "retries-at-next-tick": ("submit/failed-waits-for-next-session", FAILURE),
    "drops-failed": ("submit/failed-goes-out-next-session", "submit/backlog-of-twenty"),
    "backlog-before-answer": ("submit/backlog-after-authorisation", FAILURE),
    "never-purges": (
        "retention/purged-after-30-days",
        "retention/over-thirty-one-days/forty-days",
    ),
}

type Play = Callable[[str, str], Path]
type Write = Callable[[Path, str], Path]


def inspected(path: Path, *expected: str, profile: str = AUTO, **rest: Any) -> Inspection:
    told = read_told(expected, rest.pop("sessions", None))
    servers = told.configuration.servers if told.configuration else ()
    with open_capture(str(path), profile, servers) as reading:
        return inspect_capture(reading, told, None, case=path.name)


def violated(inspection: Inspection) -> set[str]:
    rules = inspection.judgement.rules
    return {r.id for r in rules if r.findings and r.severity != "may"}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_named_as_in_the_suite(
    defect: str, recorded: Play, capture_as: Write, dialect: str
) -> None:
    """A defect that shows from outside is named by its rule, whoever captured it."""
    rule, case = DEFECTS[defect]
    path = capture_as(recorded(f"reference/faulty/{defect}", case), dialect)
    inspection = inspected(path)
    assert violated(inspection) == {rule}
    result = next(r for r in inspection.judgement.rules if r.id == rule)
    assert all(
        0 <= entry < inspection.findings.messages for entry in result.findings[0].entries
    )


@pytest.mark.parametrize("case", [GRANTED, FAILURE, "submit/cadence"])
@pytest.mark.parametrize("sdk", ["reference/sdk", "node/sdk"])
def test_a_sound_sdk(sdk: str, case: str, recorded: Play, capture_as: Write) -> None:
    """A sound SDK is condemned by no rule, and satisfies some."""
    inspection = inspected(capture_as(recorded(sdk, case), "browser.har"))
    assert not violated(inspection)
    assert len(inspection.judgement.exercised()) >= 6


def test_a_recording_of_ours(recorded: Play) -> None:
    """A recording of a run can be inspected: only what a capture would show is judged."""
    path = recorded("reference/faulty/retries-at-next-tick", FAILURE)
    assert violated(inspected(path)) == {"submit/failed-waits-for-next-session"}


def test_entries_are_positions_in_the_file(
    recorded: Play, tmp_path: Path, entries: Any
) -> None:
    """Findings point to entries of the file, counted with what is about something else."""
    path = recorded("reference/faulty/retries-at-next-tick", FAILURE)
    other = {**entries.har(path)[0], "request": {"method": "GET", "url": "http://other/"}}
    preflight = entries.har(path)[1]
    preflight["request"]["method"] = "OPTIONS"
    mixed = [other, preflight, *entries.har(path)]
    file = tmp_path / "mixed.har"
    file.write_bytes(entries.har_of(mixed))
    rules = {r.id: r for r in inspected(file).judgement.rules}
    assert rules["submit/failed-waits-for-next-session"].findings[0].entries == (3, 4)


def test_order_is_restored(recorded: Play, tmp_path: Path, entries: Any) -> None:
    """A tool that writes the newest first says the same."""
    path = recorded("reference/faulty/retries-at-next-tick", FAILURE)
    file = tmp_path / "newest-first.har"
    file.write_bytes(entries.har_of(entries.har(path)[::-1]))
    assert violated(inspected(file)) == {"submit/failed-waits-for-next-session"}


def test_a_long_capture_is_sorted_in_batches(recorded: Play) -> None:
    """However many batches there are, all come out, in the order of their ends."""
    events = read_recording(recorded("reference/sdk", "submit/cadence"))
    exchanges = [e for e in events if isinstance(e, Exchange)]
    later = [
        msgspec.structs.replace(e, at=e.at + timedelta(seconds=7 * n % 40))
        for n, e in enumerate(exchanges * 9)
    ]
    placed = list(enumerate(later))
    assert list(in_order(iter(placed), batch=4)) == sorted(
        placed, key=lambda item: (item[1].over_at, item[0])
    )


def test_sessions_that_are_told(recorded: Play, capture_as: Write, tmp_path: Path) -> None:
    """What a silent restart would explain is decided once the sessions are known."""
    recording = recorded("reference/faulty/submits-at-once", "submit/cadence")
    events = list(read_recording(recording))
    head = events[0]
    assert isinstance(head, RecordingOpened)
    sessions = tmp_path / "sessions.yaml"
    written = [
        f'- {{start: "{event.at.isoformat()}"}}'
        for event in events
        if event.__struct_config__.tag == "start-called"
    ]
    sessions.write_text("\n".join(written), encoding="utf-8")
    path = capture_as(recording, "browser.har")
    assert "submit/anchored-at-start" not in violated(inspected(path))
    inspection = inspected(path, sessions=sessions)
    assert "submit/anchored-at-start" in violated(inspection)


def test_settings_that_are_told(recorded: Play, capture_as: Write) -> None:
    """A code that the SDK was told and does not send is found."""
    path = capture_as(recorded("reference/sdk", GRANTED), "browser.har")
    assert not violated(inspected(path, "handshake-code=200001-demo", "device=phone"))
    found = violated(inspected(path, "handshake-code=200001-Demo"))
    assert found == {"auth/carries-licence-selector"}


def test_servers_that_are_told(recorded: Play, capture_as: Write) -> None:
    """A request to another server than the one that was given is found."""
    recording = recorded("reference/sdk", GRANTED)
    base = next(e.base for e in read_recording(recording) if isinstance(e, Exchange))
    path = capture_as(recording, "browser.har")
    assert not violated(inspected(path, f"server={base}"))
    assert violated(inspected(path, "server=http://other.example")) == {"server/uses-given"}
    stray = violated(inspected(path, f"server={base}/lts"))
    assert stray == {"server/keeps-url-prefix"}


def test_profile_that_is_picked(recorded: Play, capture_as: Write) -> None:
    """The profile that decodes a capture is found, and named."""
    path = capture_as(recorded("reference/sdk", GRANTED), "browser.har")
    inspection = inspected(path)
    assert inspection.opened.wire == "open-json"
    assert "profile open-json" in inspection.findings.notes[0]


def test_closed_bodies(recorded: Play, capture_as: Write) -> None:
    """With closed bodies little is left, and each rule that is lost says what it lacks."""
    path = capture_as(recorded("reference/faulty/posts-with-put", GRANTED), "browser.har")
    inspection = inspected(path, profile="opaque")
    rules = {rule.id: rule for rule in inspection.judgement.rules}
    assert violated(inspection) == {"submit/by-post"}
    assert rules["slot/on-the-grid"].reason == "no evidence of: message"


def test_nothing_to_judge(tmp_path: Path, entries: Any) -> None:
    """A capture of other traffic is refused, with the question that helps."""
    file = tmp_path / "other.har"
    file.write_bytes(entries.har_of([]))
    with pytest.raises(BadInput, match="no authorisation request and no usage in it"):
        inspected(file)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("code=1", "unknown setting 'code'; known: device, handshake-code"),
        ("handshake-code", "expected handshake-code=VALUE, got no value"),
    ],
)
def test_settings_that_cannot_be(expected: str, said: str) -> None:
    """A setting that nobody knows, or without a value, is told."""
    with pytest.raises(BadInput) as caught:
        read_told([expected], None)
    assert said in str(caught.value)


def test_nothing_is_told() -> None:
    """An inspector who says nothing adds no evidence."""
    assert read_told([], None) == Told(None, None, [])
