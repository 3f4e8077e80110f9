"""Summing up: many judged cases, one verdict for every rule, one exit code."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from harness.domain.results import CaseResult, Finding, Ledger, Record, RuleResult
from harness.domain.verdict import Severity, Verdict

OK = 0
VIOLATED = 1
BAD_INPUT = 2
INCOMPLETE = 3
DRIVER_FAULT = 5
OUR_FAULT = 6

#: What a rule that no case violates is said to be: the first of these that some case says.
_BEST_FIRST = (
    Verdict.SATISFIED,
    Verdict.NOT_EXERCISED,
    Verdict.NOT_OBSERVABLE,
    Verdict.NOT_APPLICABLE,
)


class CaseReport(Record, frozen=True, kw_only=True):
    """What became of one case, and what its recording says of every rule."""

    case: CaseResult
    rules: tuple[RuleResult, ...] = ()
    ledger: Ledger = Ledger()


def sum_up_rules(reports: Iterable[CaseReport]) -> tuple[RuleResult, ...]:
    """Join what all cases say of each rule, in the order of the catalogue."""
    by_id: dict[str, list[RuleResult]] = {}
    for report in reports:
        for result in report.rules:
            by_id.setdefault(result.id, []).append(result)
    return tuple(_joined(results) for results in by_id.values())


def sum_up_ledgers(reports: Iterable[CaseReport]) -> Ledger:
    """Add up the ledgers of all cases."""
    total = Ledger()
    for report in reports:
        total = total.plus(report.ledger)
    return total


def _joined(results: Sequence[RuleResult]) -> RuleResult:
    findings: list[Finding] = [f for result in results for f in result.findings]
    verdicts = {result.verdict for result in results}
    verdict = next(v for v in (Verdict.VIOLATED, *_BEST_FIRST) if v in verdicts)
    told = next(result for result in results if result.verdict is verdict)
    return msgspec.structs.replace(
        told,
        verdict=verdict,
        exposures=sum(result.exposures for result in results),
        findings=tuple(findings),
        observed=dict(sum((Counter(r.observed) for r in results), Counter())),
    )


def is_binding(rule: RuleResult, strict: bool) -> bool:
    """Tell whether a violation of *rule* fails the gate."""
    bad = (Severity.MUST, Severity.SHOULD) if strict else (Severity.MUST,)
    return rule.severity in bad


def broken_rules(rules: Iterable[RuleResult], strict: bool) -> list[RuleResult]:
    """Return those of *rules* whose violation fails the gate."""
    return [rule for rule in rules if rule.findings and is_binding(rule, strict)]


def exit_code(
    rules: Iterable[RuleResult],
    cases: Iterable[CaseResult],
    *,
    strict: bool,
    allow_incomplete: bool,
) -> int:
    """Return the exit code that a gate gets; where several apply the gravest."""
    rules, outcomes = list(rules), {case.outcome for case in cases}
    if "harness-fault" in outcomes:
        return OUR_FAULT
    if "driver-fault" in outcomes:
        return DRIVER_FAULT
    if any(r.verdict is Verdict.VIOLATED and is_binding(r, strict) for r in rules):
        return VIOLATED
    open_verdicts = (Verdict.NOT_EXERCISED, Verdict.NOT_OBSERVABLE)
    is_open = any(r.severity is Severity.MUST and r.verdict in open_verdicts for r in rules)
    if not rules or (is_open and not allow_incomplete):
        return INCOMPLETE
    return OK
