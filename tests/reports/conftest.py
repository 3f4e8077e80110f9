"""Results to be reported: a run with one of everything."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from harness.domain.recording import Sdk
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
from harness.domain.verdict import Severity, Verdict

AT = datetime(2026, 3, 1, 8, 6, 0, 200_000, tzinfo=UTC)

FINDING = Finding(
    case="submit/one-failure",
    device="a",
    client_uuid="6f0c-77",
    at=AT,
    entries=(9, 14),
    expected="no second submission of slot 08:03 before the next start",
    got="POST at 08:06:00.200 carries it again",
    fingerprint="f1",
    involved=(
        "#9 POST /dls/usage at 08:03:30: status 503",
        "#14 POST /dls/usage: accepted",
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
