"""Many stories of one property, merged into one report."""

import msgspec

from harness.domain.results import CaseResult, Finding, RuleResult
from harness.suite.tally import CaseReport, sum_up_ledgers, sum_up_rules


class Merger:
    """Merges what came of story after story; of findings the first of each rule is kept."""

    def __init__(self, case_id: str) -> None:
        """Begin with no story."""
        self._merged = CaseReport(case=CaseResult(id=case_id, outcome="passed", examples=0))
        self._found: set[str] = set()

    def add(self, report: CaseReport) -> None:
        """Add a story whose recording is not kept: no finding points into one."""
        rules = tuple(self._placeless(rule) for rule in report.rules)
        self.add_kept(msgspec.structs.replace(report, rules=rules))

    def add_kept(self, report: CaseReport) -> None:
        """Add the story whose recording is the one that is kept."""
        both = (report, self._merged)
        rules = sum_up_rules(both)
        old, new = self._merged.case, report.case
        case = msgspec.structs.replace(
            new,
            violated=tuple(rule.id for rule in rules if rule.findings),
            exercised=tuple(rule.id for rule in rules if rule.exposures),
            examples=(old.examples or 0) + 1,
            wall_seconds=round(old.wall_seconds + new.wall_seconds, 4),
            virtual_seconds=old.virtual_seconds + new.virtual_seconds,
        )
        self._merged = CaseReport(case=case, rules=rules, ledger=sum_up_ledgers(both))

    def report(self) -> CaseReport:
        """Return the merged report; its outcome is that of the story added last."""
        return self._merged

    def _placeless(self, rule: RuleResult) -> RuleResult:
        findings: tuple[Finding, ...] = ()
        if rule.findings and rule.id not in self._found:
            self._found.add(rule.id)
            findings = (msgspec.structs.replace(rule.findings[0], entries=()),)
        return msgspec.structs.replace(rule, findings=findings)
