"""Summing up: many judged cases, one verdict for every rule, one exit code."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from harness.domain.exit_code import (
    DRIVER_FAULT,
    INCOMPLETE,
    OK,
    OUR_FAULT,
    STALE_BASELINE,
    VIOLATED,
)
from harness.domain.results import (
    CaseResult,
    Finding,
    Ledger,
    Record,
    RuleResult,
    StaleEntry,
)
from harness.domain.verdict import Severity, Verdict
from harness.suite.gate import Gate

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
    return tuple(joined_rules(results) for results in by_id.values())


def sum_up_ledgers(reports: Iterable[CaseReport]) -> Ledger:
    """Add up the ledgers of all cases."""
    total = Ledger()
    for report in reports:
        total = total.plus(report.ledger)
    return total


def joined_rules(results: Sequence[RuleResult]) -> RuleResult:
    """Join what is said of one rule in several places."""
    findings: list[Finding] = [f for result in results for f in result.findings]
    verdicts = {result.verdict for result in results}
    verdict = next(v for v in (Verdict.VIOLATED, *_BEST_FIRST) if v in verdicts)
    told = next(result for result in results if result.verdict is verdict)
    return msgspec.structs.replace(
        told,
        verdict=verdict,
        exposures=sum(result.exposures for result in results),
        findings=tuple(findings),
        observed=_added(result.observed for result in results if result.observed),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for count in counts:
        total.update(count)
    return dict(total)


def _observed(results: Iterable[RuleResult]) -> Counter[str]:
    return sum((Counter(result.observed) for result in results), Counter[str]())


def is_binding(rule: RuleResult, strict: bool) -> bool:
    """Tell whether a violation of *rule* fails the gate."""
    bad = (Severity.MUST, Severity.SHOULD) if strict else (Severity.MUST,)
    return rule.severity in bad


def broken_rules(rules: Iterable[RuleResult], strict: bool) -> list[RuleResult]:
    """Return those of *rules* whose violation fails the gate, with what is not excused."""
    binding = [rule for rule in rules if rule.findings and is_binding(rule, strict)]
    left = [(rule, tuple(f for f in rule.findings if not f.baseline)) for rule in binding]
    return [
        msgspec.structs.replace(rule, findings=findings)
        for rule, findings in left
        if findings
    ]


def exit_code(
    rules: Iterable[RuleResult],
    cases: Iterable[CaseResult],
    gate: Gate,
    stale: Sequence[StaleEntry] = (),
    *,
    is_partial: bool = False,
    is_shard: bool = False,
) -> int:
    """
    Return the exit code that a gate gets; where several apply the gravest.

    A run of which a part is missing is incomplete, whatever the gate allows. A shard is
    not: what it leaves open others may close.
    """
    rules, outcomes = list(rules), {case.outcome for case in cases}
    if "harness-fault" in outcomes:
        return OUR_FAULT
    if "driver-fault" in outcomes:
        return DRIVER_FAULT
    if broken_rules(rules, gate.strict):
        return VIOLATED
    if stale:
        return STALE_BASELINE
    is_open = not rules or any(_is_open(rule, gate) for rule in rules)
    return INCOMPLETE if is_partial or (is_open and not is_shard) else OK


def _is_open(rule: RuleResult, gate: Gate) -> bool:
    """Tell whether *rule* should have been judged and was not."""
    if rule.id in gate.required:
        return rule.verdict not in (Verdict.SATISFIED, Verdict.VIOLATED)
    is_silent = rule.verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_OBSERVABLE)
    return is_silent and rule.severity is Severity.MUST and not gate.allow_incomplete
