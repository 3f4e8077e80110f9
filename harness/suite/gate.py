"""The gate: what a run must be like to pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from harness.domain.results import RuleResult
from harness.domain.verdict import Severity
from harness.suite.baseline import Baseline


@dataclass(frozen=True)
class Gate:
    """
    What is demanded of an SDK.

    Attributes:
        strict: Rules that should hold bind as those that must.
        allow_incomplete: Rules that could not be judged do not fail it.
        required: Ids of rules that must be satisfied, whatever they weigh else.
        baseline: Known failures; ``None``: those that the SDK's file names, if any.
        revision: Name of the set of requirements; ``None``: as the rules stand today.
        severities: What the rules of that set weigh; others only inform.
    """

    strict: bool = False
    allow_incomplete: bool = False
    required: frozenset[str] = frozenset()
    baseline: Baseline | None = None
    revision: str | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)

    def weigh(self, rules: Iterable[RuleResult]) -> tuple[RuleResult, ...]:
        """Return *rules* with the severities that count here."""
        return tuple(
            msgspec.structs.replace(rule, severity=self._severity(rule)) for rule in rules
        )

    def _severity(self, rule: RuleResult) -> Severity:
        if rule.id in self.required:
            return Severity.MUST
        if self.revision is None:
            return rule.severity
        return self.severities.get(rule.id, Severity.MAY)

    def excuse(
        self, rules: Iterable[RuleResult], generation: str
    ) -> tuple[RuleResult, ...]:
        """Return *rules* with the known failures excused."""
        return (self.baseline or Baseline()).excuse(rules, generation)
