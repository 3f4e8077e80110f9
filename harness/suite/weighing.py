"""What a judgement comes to at the gate."""

from dataclasses import replace

from harness.judge import Judgement
from harness.suite.gate import Gate
from harness.suite.tally import broken_rules


def weighed(judgement: Judgement, gate: Gate, generation: str) -> Judgement:
    """Return *judgement* with the severities that count at the *gate*."""
    return replace(judgement, rules=gate.weigh(judgement.rules, generation))


def outcome_of(judgement: Judgement, strict: bool) -> str:
    """Say what a judged case came to: *should* rules fail it in a strict run only."""
    return "violated" if broken_rules(judgement.rules, strict) else "passed"
