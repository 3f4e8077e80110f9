"""Results to be reported: a run with one of everything, and pages that show them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from harness.domain.message import Grant, Receipt, Report, Usage, UsageSubmission
from harness.domain.recording import (
    SCHEMA as RECORDING,
)
from harness.domain.recording import (
    AnyEvent,
    Configuration,
    Exchange,
    OperationAnswered,
    OperationCalled,
    RecordingClosed,
    RecordingOpened,
    Sdk,
    SessionStopped,
    StartAnswered,
    StartCalled,
)
from harness.domain.results import (
    SCHEMA,
    CaseResult,
    Consequence,
    Finding,
    Ledger,
    Results,
    RuleResult,
    totals_of,
)
from harness.domain.slot_ledger import SlotLedger
from harness.domain.verdict import Severity, Verdict
from reports.page.dossier import Dossier, Evidence, RuleText

AT = datetime(2026, 3, 1, 8, 6, 0, 200_000, tzinfo=UTC)

FINDING = Finding(
    case="submit/one-failure",
    device="a",
    client_uuid="6f0c-77",
    at=AT,
    entries=(6, 7),
    expected="no second submission of slot 08:03 before the next start",
    got="POST at 08:06:00.200 carries it again",
    fingerprint="f1",
    involved=(
        "#6 POST /dls/usage at 08:03:30: status 503",
        "#7 POST /dls/usage: accepted",
    ),
    consequences=(Consequence(rule="usage/nothing-invented", text="2 units too many"),),
)

RULES = (
    RuleResult(
        id="submit/failed-waits-for-next-session",
        severity=Severity.MUST,
        verdict=Verdict.VIOLATED,
        exposures=14,
        reason=None,
        findings=(FINDING,),
    ),
    RuleResult(
        id="auth/requested-at-start",
        severity=Severity.MUST,
        verdict=Verdict.SATISFIED,
        exposures=3,
        reason=None,
    ),
    RuleResult(
        id="retention/no-limit-in-lts",
        severity=Severity.SHOULD,
        verdict=Verdict.NOT_OBSERVABLE,
        exposures=0,
        reason="no evidence of: usage, session, and a few more things that fill the line",
    ),
)

CASES = (
    CaseResult(
        id="submit/one-failure",
        outcome="violated",
        violated=(RULES[0].id,),
        exercised=(RULES[0].id,),
        recording="recordings/submit-one-failure.jsonl",
        wall_seconds=0.04,
        virtual_seconds=3600.0,
    ),
    CaseResult(id="auth/granted", outcome="passed", wall_seconds=1.0),
    CaseResult(id="retention/lts", outcome="not-applicable", reason="for LTS only"),
    CaseResult(
        id="usage/killed",
        outcome="driver-fault",
        reason="driver 'x' broke its contract\n  expected  an answer",
    ),
)

RESULTS = Results(
    schema=SCHEMA,
    dlscheck="0.1.0",
    source="run",
    sdk=Sdk(name="acme-scan", version="8.4", product="dbr", generation="dls"),
    clock="injected",
    seed=None,
    started=AT,
    wall_seconds=6.1,
    virtual_seconds=5_270_400.0,
    rules=RULES,
    cases=CASES,
    ledger=Ledger(performed=12, stored=10, lost=2),
    totals=totals_of(RULES, len(CASES)),
    exit=1,
)


@pytest.fixture
def results() -> Results:
    return RESULTS


@pytest.fixture
def rule() -> RuleResult:
    return RULES[0]


@pytest.fixture
def with_finding() -> Callable[..., Results]:
    """Return the results with other fields in the one finding."""

    def change(**fields: Any) -> Results:
        finding = msgspec.structs.replace(FINDING, **fields)
        rule = msgspec.structs.replace(RULES[0], findings=(finding,))
        return msgspec.structs.replace(RESULTS, rules=(rule, *RULES[1:]))

    return change


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own; an error in its script fails the test."""
    contexts, problems = [], []

    def open_one(
        html: str,
        width: int = 1280,
        fragment: str = "",
        is_checked: bool = True,
        **rest: Any,
    ) -> Page:
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        size = {"width": width, "height": 900}
        contexts.append(chromium.new_context(viewport=size, offline=True, **rest))
        page = contexts[-1].new_page()
        if is_checked:
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda told: problems.append(told.text))
        page.goto(f"file://{path}{fragment}")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


def at(clock: str, day: int = 1) -> datetime:
    """Return an instant of March 2026: ``08:00:30`` of that day."""
    begin = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day - 1)
    return datetime.combine(begin, datetime.strptime(clock, "%H:%M:%S").time(), UTC)


def submission(clock: str, **fields: Any) -> Exchange:
    usage = (Usage(type="QR_CODE", count=2),)
    report = Report(time_label=at("08:00:00"), handshake_code="200001", usage=usage)
    told: dict[str, Any] = {
        "device": "a",
        "method": "POST",
        "path": "/dls/usage",
        "kind": "usage",
        "request": UsageSubmission(reports=(report,)),
        "body": '{"reports": "as they were sent"}',
        "stored": True,
        "status": 200,
        "answer": Receipt(),
    }
    return Exchange(at=at(clock), **{**told, **fields})


def story() -> list[AnyEvent]:
    """A device that submits again what failed, told event by event."""
    refused: dict[str, Any] = {
        "stored": False,
        "status": 503,
        "answer": None,
        "fault": "status 503 on usage 1",
    }
    servers = ("http://127.0.0.1:1",)
    return [
        RecordingOpened(
            at=at("08:00:30"),
            schema=RECORDING,
            dlscheck="0.1.0",
            source="run",
            case="submit/one-failure",
            sdk=RESULTS.sdk,
            clock="injected",
            wire="open-json",
        ),
        StartCalled(
            at=at("08:00:30"), device="a", configuration=Configuration(servers=servers)
        ),
        submission(
            "08:00:30",
            path="/dls/authorization",
            kind="authorization",
            request=None,
            answer=Grant(valid_until=at("08:00:30", day=8)),
        ),
        StartAnswered(at=at("08:00:30"), device="a", authorized=True),
        OperationCalled(
            at=at("08:00:40"),
            device="a",
            kind="decode",
            type="QR_CODE",
            count=2,
            success=True,
        ),
        OperationAnswered(at=at("08:00:40"), device="a", performed=True),
        submission("08:03:30", **refused),
        submission("08:06:30"),
        SessionStopped(at=at("08:44:40"), device="a"),
        RecordingClosed(at=at("08:44:40"), settled=True),
    ]


SLOTS = (
    SlotLedger(
        device="a",
        code="200001",
        slot=at("08:00:00"),
        type="QR_CODE",
        ledger=Ledger(performed=2, stored=4, invented=2),
    ),
)

DOSSIER = Dossier(
    rules={RULES[0].id: RuleText("A failed portion waits.", (("Source", "the page"),))},
    evidence={
        "submit/one-failure": Evidence(
            events=story(),
            slots=SLOTS,
            scenario="summary: A failure.\nsteps: []\n",
            commands=(("dlscheck judge x.jsonl", "Again:"),),
        )
    },
)


@pytest.fixture
def dossier() -> Dossier:
    return DOSSIER


@pytest.fixture
def told() -> list[AnyEvent]:
    return story()
