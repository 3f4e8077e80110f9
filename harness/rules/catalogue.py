"""The registry of all rules: the one place that knows which there are."""

from harness.rules import (
    auth,
    failover,
    identity,
    practice,
    report,
    retention,
    slot,
    submit,
    usage,
)
from harness.rules.rule import Rule

CATALOGUE: tuple[type[Rule], ...] = (
    *auth.RULES,
    *identity.RULES,
    *slot.RULES,
    *usage.RULES,
    *report.RULES,
    *submit.RULES,
    *retention.RULES,
    *failover.RULES,
    *practice.RULES,
)

RULES_BY_ID: dict[str, type[Rule]] = {rule.id: rule for rule in CATALOGUE}
