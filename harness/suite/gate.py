"""The gate: what a run must be like to pass."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from harness.domain.results import RuleResult
from harness.domain.verdict import Severity
from harness.suite.baseline import Baseline
from harness.suite.requirement_set import RequirementSet


@dataclass(frozen=True)
class Gate:
    """
    What is demanded of an SDK.

    Attributes:
        strict: Rules that should hold bind as those that must.
        allow_incomplete: Rules that could not be judged do not fail it.
        required: Ids of rules that must be satisfied, whatever they weigh else.
        baseline: Known failures; ``None``: those that the SDK's file names, if any.
        requirements: What rules weigh; ``None``: as they stand today.
    """

    strict: bool = False
    allow_incomplete: bool = False
    required: frozenset[str] = frozenset()
    baseline: Baseline | None = None
    requirements: RequirementSet | None = None

    @property
    def revision(self) -> str | None:
        """The name of the set of requirements."""
        return self.requirements.revision if self.requirements else None

    def weigh(self, rules: Iterable[RuleResult], generation: str) -> tuple[RuleResult, ...]:
        """Return *rules* with the severities that count here."""
        return tuple(
            msgspec.structs.replace(rule, severity=self._severity(rule, generation))
            for rule in rules
        )

    def _severity(self, rule: RuleResult, generation: str) -> Severity:
        if rule.id in self.required:
            return Severity.MUST
        if self.requirements is None:
            return rule.severity
        return self.requirements.severity_of(rule.id, generation)

    def excuse(
        self, rules: Iterable[RuleResult], generation: str
    ) -> tuple[RuleResult, ...]:
        """Return *rules* with the known failures excused."""
        return (self.baseline or Baseline()).excuse(rules, generation)
