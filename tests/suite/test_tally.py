"""Many judged cases, one verdict for every rule, one exit code."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from harness.domain.results import CaseResult, Finding, Ledger, RuleResult
from harness.domain.verdict import Severity, Verdict
from harness.suite.gate import Gate
from harness.suite.tally import (
    CaseReport,
    exit_code,
    is_binding,
    sum_up_ledgers,
    sum_up_rules,
)

MUST, SHOULD, MAY = Severity
SATISFIED, VIOLATED, NOT_EXERCISED, NOT_OBSERVABLE, NOT_APPLICABLE = Verdict
OPEN = (NOT_EXERCISED, NOT_OBSERVABLE)


def _finding(case: str) -> Finding:
    return Finding(
        case=case,
        device="a",
        client_uuid=None,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        entries=(1,),
        expected="e",
        got="g",
        fingerprint=case,
    )


def _rule(
    verdict: Verdict,
    severity: Severity = MUST,
    case: str = "c",
    id: str = "a/b",  # noqa: A002
) -> RuleResult:
    return RuleResult(
        id=id,
        severity=severity,
        verdict=verdict,
        exposures=2,
        reason=None if verdict in (SATISFIED, VIOLATED) else f"why {verdict}",
        findings=(_finding(case),) if verdict is VIOLATED else (),
    )


def _report(*rules: RuleResult, case: str = "c", ledger: Ledger = Ledger()) -> CaseReport:  # noqa: B008
    return CaseReport(
        case=CaseResult(id=case, outcome="passed"), rules=rules, ledger=ledger
    )


def _joined(*verdicts: Verdict) -> RuleResult:
    (rule,) = sum_up_rules([_report(_rule(verdict)) for verdict in verdicts])
    return rule


@pytest.mark.parametrize(
    ("verdicts", "joined"),
    [
        (list(Verdict), VIOLATED),
        ([SATISFIED, NOT_EXERCISED, NOT_OBSERVABLE, NOT_APPLICABLE], SATISFIED),
        ([NOT_APPLICABLE, NOT_OBSERVABLE, NOT_EXERCISED], NOT_EXERCISED),
        ([NOT_APPLICABLE, NOT_OBSERVABLE], NOT_OBSERVABLE),
        ([NOT_APPLICABLE, NOT_APPLICABLE], NOT_APPLICABLE),
    ],
)
def test_joined_verdict(verdicts: list[Verdict], joined: Verdict) -> None:
    """One violation condemns, one exercise satisfies; the order of cases is nothing."""
    assert _joined(*verdicts).verdict is joined
    assert _joined(*reversed(verdicts)).verdict is joined


def test_joined_reason() -> None:
    """The reason is that of the verdict which the rule gets."""
    assert _joined(NOT_APPLICABLE, NOT_EXERCISED).reason == "why not-exercised"
    assert _joined(NOT_APPLICABLE, SATISFIED).reason is None


def test_exposures_and_findings_of_all_cases() -> None:
    """Exposures are added up, and findings are kept with their cases."""
    reports = [
        _report(_rule(VIOLATED, case="one")),
        _report(_rule(SATISFIED)),
        _report(_rule(VIOLATED, case="two")),
    ]
    (rule,) = sum_up_rules(reports)
    assert rule.exposures == 6
    assert [finding.case for finding in rule.findings] == ["one", "two"]


def test_rules_keep_their_order() -> None:
    """Rules stay in the order of the catalogue, which every case has."""
    rules = [_rule(SATISFIED, id=name) for name in ("z/z", "a/a", "m/m")]
    summed = sum_up_rules([_report(*rules), _report(*rules)])
    assert [rule.id for rule in summed] == ["z/z", "a/a", "m/m"]


def test_cases_that_were_not_judged_say_nothing() -> None:
    """A case without a judgement, for a fault or because it does not apply, adds none."""
    assert sum_up_rules([_report()]) == ()


def test_ledgers() -> None:
    """Units of all cases are added up."""
    reports = [_report(ledger=Ledger(performed=3, lost=1)), _report(ledger=Ledger(lost=2))]
    assert sum_up_ledgers(reports) == Ledger(performed=3, lost=3)


def _code(
    *rules: RuleResult,
    outcomes: tuple[str, ...] = ("passed",),
    strict: bool = False,
    allow_incomplete: bool = False,
) -> int:
    cases = [CaseResult(id=str(n), outcome=outcome) for n, outcome in enumerate(outcomes)]
    return exit_code(rules, cases, Gate(strict=strict, allow_incomplete=allow_incomplete))


@pytest.mark.parametrize(
    ("rule", "code", "strict_code"),
    [
        (_rule(SATISFIED), 0, 0),
        (_rule(VIOLATED), 1, 1),
        (_rule(VIOLATED, SHOULD), 0, 1),
        (_rule(VIOLATED, MAY), 0, 0),
        (_rule(NOT_EXERCISED), 3, 3),
        (_rule(NOT_OBSERVABLE), 3, 3),
        (_rule(NOT_APPLICABLE), 0, 0),
        (_rule(NOT_EXERCISED, SHOULD), 0, 0),
        (_rule(NOT_OBSERVABLE, MAY), 0, 0),
    ],
)
def test_exit_code_of_one_rule(rule: RuleResult, code: int, strict_code: int) -> None:
    """A must rule fails the gate when violated or not judged; should when strict."""
    assert _code(rule) == code
    assert _code(rule, strict=True) == strict_code


@pytest.mark.parametrize("verdict", OPEN)
def test_allow_incomplete(verdict: Verdict) -> None:
    """What was not judged passes where that is allowed; a violation never does."""
    assert _code(_rule(verdict), allow_incomplete=True) == 0
    assert _code(_rule(verdict), _rule(VIOLATED), allow_incomplete=True) == 1


def test_nothing_judged_at_all() -> None:
    """A run in which nothing was judged is incomplete, allowed or not."""
    assert _code(outcomes=("not-applicable",), allow_incomplete=True) == 3


@pytest.mark.parametrize(
    ("rules", "outcomes", "code"),
    [
        ((VIOLATED, NOT_EXERCISED), ("harness-fault", "driver-fault", "violated"), 6),
        ((VIOLATED, NOT_EXERCISED), ("driver-fault", "violated"), 5),
        ((SATISFIED,), ("passed", "driver-fault"), 5),
        ((VIOLATED, NOT_EXERCISED, NOT_OBSERVABLE), ("violated",), 1),
        ((SATISFIED, NOT_OBSERVABLE), ("passed",), 3),
        ((), ("harness-fault",), 6),
    ],
)
def test_gravest_first(
    rules: tuple[Verdict, ...], outcomes: tuple[str, ...], code: int
) -> None:
    """Where several exit codes apply it is the gravest: 6, 5, 1, 3."""
    assert _code(*map(_rule, rules), outcomes=outcomes) == code


@pytest.mark.parametrize(
    ("severity", "plain", "strict"),
    [(MUST, True, True), (SHOULD, False, True), (MAY, False, False)],
)
def test_binding(severity: Severity, plain: bool, strict: bool) -> None:
    """Must binds always, should in a strict run, may never."""
    told: Callable[[bool], bool] = lambda mode: is_binding(_rule(VIOLATED, severity), mode)  # noqa: E731
    assert (told(False), told(True)) == (plain, strict)
