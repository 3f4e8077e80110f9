"""
What the rules have counted and found in a recording, before it becomes verdicts.

It can be sent elsewhere, and joined with what was found in the other parts of the same
recording: the sum is what one judge would have found in all of it.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from harness.domain.results import Finding, Ledger
from harness.domain.slot_ledger import SlotLedger
from harness.history.quarter import quarter_of
from harness.rules.rule import MOST_FINDINGS, Rule, fingerprint_of


class RuleTally(msgspec.Struct, frozen=True):
    """
    What one rule has counted and found.

    Attributes:
        places: The entry at which each of the findings was made.
        left_out: How many findings were not kept.
        left_open: How often something that was not seen would excuse it.
        observed: How often which way was taken, by name.
    """

    exposures: int
    findings: tuple[Finding, ...]
    places: tuple[int, ...]
    left_out: int
    left_open: int
    observed: dict[str, int]


class Tally(msgspec.Struct, frozen=True):
    """
    What all rules have counted and found, of a recording or a part of it.

    Attributes:
        rules: By id; those that could be judged.
    """

    rules: dict[str, RuleTally]
    ledger: Ledger
    has_sessions: bool
    slots: tuple[SlotLedger, ...] = ()


def tally_of(rule: Rule) -> RuleTally:
    """Return what *rule* has counted and found so far."""
    return RuleTally(
        rule.exposures,
        tuple(rule.findings),
        tuple(rule.places),
        rule.findings_left_out,
        rule.left_open,
        dict(sorted(rule.observed.items())),
    )


def joined(parts: Sequence[Tally]) -> Tally:
    """Join what was found in the parts of one recording, divided by quarters."""
    ledger = Ledger()
    for part in parts:
        ledger = ledger.plus(part.ledger)
    rules = {
        name: _joined(name, [part.rules[name] for part in parts]) for name in parts[0].rules
    }
    has_sessions = any(part.has_sessions for part in parts)
    return Tally(rules, ledger, has_sessions, sum((p.slots for p in parts), ()))


def _joined(rule: str, parts: Sequence[RuleTally]) -> RuleTally:
    """Put findings into the order in which one judge makes them: the first are kept."""
    placed = [one for p in parts for one in zip(p.places, p.findings, strict=True)]
    # At one entry devices of several quarters are judged only when all is over.
    placed.sort(key=lambda one: (one[0], quarter_of(one[1].device or "")))
    kept = placed[:MOST_FINDINGS]
    observed = sum((Counter(part.observed) for part in parts), Counter[str]())
    return RuleTally(
        sum(part.exposures for part in parts),
        tuple(_ranked(rule, rank, finding) for rank, (_, finding) in enumerate(kept)),
        tuple(place for place, _ in kept),
        sum(part.left_out for part in parts) + len(placed) - len(kept),
        sum(part.left_open for part in parts),
        dict(sorted(observed.items())),
    )


def _ranked(rule: str, rank: int, finding: Finding) -> Finding:
    name = fingerprint_of(rule, finding.case, finding.device or "", rank)
    return msgspec.structs.replace(finding, fingerprint=name)
