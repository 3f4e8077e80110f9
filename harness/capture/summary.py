"""Verdicts in a few lines, and a rule in words."""

import inspect

from harness.documents.bad_input import BadInput, unknown_name
from harness.domain.results import RuleResult
from harness.domain.verdict import Verdict
from harness.judge import Judgement
from harness.rules.catalogue import RULES_BY_ID


def summary_of(judgement: Judgement, messages: int) -> str:
    """Say what the rules have to say of *messages* messages: violations first."""
    rules = judgement.rules
    lines = [f"DLS: {messages} licensing messages"]
    lines += [_violation(rule) for rule in rules if rule.verdict is Verdict.VIOLATED]
    for verdict in (Verdict.SATISFIED, Verdict.NOT_EXERCISED, Verdict.NOT_OBSERVABLE):
        names = [rule.id for rule in rules if rule.verdict is verdict]
        shown = f": {', '.join(names)}" if verdict is Verdict.SATISFIED and names else ""
        lines.append(f"{len(names)} rules {verdict}{shown}")
    return "\n".join(lines)


def _violation(rule: RuleResult) -> str:
    first = rule.findings[0]
    client = first.client_uuid or "unknown"
    return (
        f"violated: {rule.id} ({rule.severity}), {len(rule.findings)} findings; first by "
        f"client {client!r}: expected {first.expected}; got {first.got}"
    )


def explained(rule_id: str) -> str:
    """
    Return the text of a rule.

    Raises:
        BadInput: There is no such rule.
    """
    found = RULES_BY_ID.get(rule_id)
    if found is None:
        raise BadInput(unknown_name("rule", rule_id, RULES_BY_ID))
    return f"{found.id}\n\n{inspect.getdoc(found)}"
