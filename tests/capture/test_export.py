"""Tests of captures that go out again: without secrets, as HAR, as scenario, compared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.capture.inspection import Inspection
from harness.capture.told import Told
from harness.domain.recording import Exchange, StartCalled
from harness.recordings.reader import read_recording
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import load_cases
from harness.suite.export import export_capture
from harness.suite.gate import Gate
from harness.suite.inspecting import Question, compare_captures, inspect_captures
from harness.suite.stage import set_stage
from harness.suite.workshop import Workshop

type Play = Callable[[str, str], Path]
type Write = Callable[[Path, str], Path]

ROOT = Path(__file__).parents[2]
FAILURE = "submit/one-failure/status-503"
RETRIES = "reference/faulty/retries-at-next-tick"
WAITS = "submit/failed-waits-for-next-session"


@pytest.fixture
def inspected(now: Any) -> Callable[..., Inspection]:
    def inspect(path: Path, **question: Any) -> Inspection:
        asked = Question(**question)
        return inspect_captures([str(path)], asked, now, Gate())[1][0]

    return inspect


def verdicts(inspection: Inspection) -> list[tuple[str, str, int]]:
    return [(r.id, r.verdict, r.exposures) for r in inspection.judgement.rules]


@pytest.mark.parametrize(
    ("sdk", "case"),
    [
        (RETRIES, FAILURE),
        ("reference/sdk", "auth/session-password"),
        ("reference/sdk", "auth/organization-only"),
        ("reference/faulty/content-in-reports", "usage/content/a-secret"),
        ("reference/faulty/label-is-operation-time", FAILURE),
    ],
)
def test_redaction(
    sdk: str,
    case: str,
    recorded: Play,
    capture_as: Write,
    inspected: Any,
    tmp_path: Path,
) -> None:
    """No secret is in anything that is written, and every rule judges the same."""
    recording = recorded(sdk, case)
    path = capture_as(recording, "browser.har")
    out = tmp_path / "out"
    clean = inspected(path, is_redacted=True, out=out)
    export_capture(str(path), Question(is_redacted=True), clean, out / "clean.har")
    written = "".join(
        file.read_text(encoding="utf-8") for file in out.rglob("*") if file.is_file()
    )
    told = repr(clean.judgement)
    secrets = secrets_of(recording)
    assert len(secrets) >= 4
    assert not [secret for secret in secrets if secret in written + told]
    assert verdicts(clean) == verdicts(inspected(path))
    assert verdicts(inspected(out / "clean.har")) == verdicts(clean)
    (copy,) = (out / "recordings").iterdir()
    assert verdicts(inspected(copy)) == verdicts(clean)


def secrets_of(recording: Path) -> set[str]:
    """Whatever names somebody or says what was read: UUIDs, codes, origins, contents."""
    secrets: set[str] = set()
    for event in read_recording(recording):
        if isinstance(event, Exchange):
            secrets.update(_texts(json.loads(event.body or "{}")))
            secrets.add((event.base or "").removeprefix("http://"))
            secrets.add(event.digest)
        secrets.add(getattr(event, "content", None) or "")
    known = {"", "dbr", "dls", "lts", "QR_CODE", "CODE_128", "PDF417"}
    return {secret for secret in secrets - known if not secret.startswith("2026-")}


def _texts(content: Any) -> set[str]:
    if isinstance(content, dict):
        return {text for value in content.values() for text in _texts(value)}
    if isinstance(content, list):
        return {text for value in content for text in _texts(value)}
    return {content} if isinstance(content, str) and len(content) > 4 else set()


def test_har_with_verdicts(
    recorded: Play, capture_as: Write, inspected: Any, tmp_path: Path
) -> None:
    """What violates a rule says so in its comment, and to programs beside it."""
    path = capture_as(recorded(RETRIES, FAILURE), "flows.mitm")
    target = tmp_path / "verdicts.har"
    export_capture(str(path), Question(), inspected(path), target)
    entries = json.loads(target.read_text(encoding="utf-8"))["log"]["entries"]
    told = {n: e["_dlscheck"][0]["rule"] for n, e in enumerate(entries) if "_dlscheck" in e}
    assert told == {1: WAITS, 2: WAITS}
    assert entries[2]["comment"].startswith(f"{WAITS}: expected no second submission")
    assert verdicts(inspected(target)) == verdicts(inspected(path))


def test_stray_request(
    recorded: Play, capture_as: Write, inspected: Any, tmp_path: Path
) -> None:
    """A request that went beside the URL of its server is no better in the copy."""
    recording = recorded("reference/faulty/prefix-lost-on-standby", "server/standby-prefix")
    path = capture_as(recording, "browser.har")
    start = next(e for e in read_recording(recording) if isinstance(e, StartCalled))
    told = Told(start.configuration)
    inspection = inspected(path, told=told)
    export_capture(str(path), Question(told=told), inspection, tmp_path / "copy.har")
    again = inspected(tmp_path / "copy.har", told=told)
    assert "server/keeps-url-prefix" in again.judgement.violated()
    assert verdicts(again) == verdicts(inspection)


def test_scenario(
    recorded: Play, capture_as: Write, inspected: Any, tmp_path: Path
) -> None:
    """A capture becomes a scenario that plays, and in which the same defect shows."""
    path = capture_as(recorded(RETRIES, FAILURE), "browser.har")
    target = tmp_path / "captured.yaml"
    export_capture(str(path), Question(), inspected(path), target)
    (case,) = load_cases(target, tmp_path, frozenset(RULES_BY_ID))
    for sdk, violated in ((RETRIES, {WAITS}), ("reference/sdk", set())):
        stage = set_stage(ROOT / f"sdks/{sdk}.yaml", "dls", tmp_path / "out")
        workshop = Workshop(stage)
        try:
            report = workshop.perform(case)
        finally:
            workshop.close()
        assert set(report.case.violated) == violated
        assert WAITS in report.case.exercised


def test_difference(recorded: Play, capture_as: Write) -> None:
    """Two captures are compared by what they say: not by UUIDs, ports or dates."""
    sound = capture_as(recorded("reference/sdk", FAILURE), "browser.har")
    again = capture_as(recorded("reference/conforming/extra-fields", FAILURE), "flows.mitm")
    faulty = capture_as(recorded(RETRIES, FAILURE), "browser.har")
    same = faulty.rename(faulty.with_name("faulty.har"))
    sound = capture_as(recorded("reference/sdk", FAILURE), "browser.har")
    assert compare_captures([str(sound), str(again)], Question()) == []
    lines = compare_captures([str(sound), str(same)], Question())
    assert any(line.startswith("+    slot") for line in lines)
    assert any("@@" in line for line in lines)
