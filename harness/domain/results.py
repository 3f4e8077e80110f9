"""
The results of a run, as ``results.json`` holds them.

Names and meanings of these fields are a promise to gates and scripts; more may be added.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from harness.domain.recording import Sdk
from harness.domain.verdict import Severity, Verdict

SCHEMA = "dlscheck-results/1"


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of everything in the results."""


class Consequence(Record, frozen=True, kw_only=True):
    """Another rule that a finding breaks too, and fully explains."""

    rule: str
    text: str


class Finding(Record, frozen=True, kw_only=True):
    """
    One violation.

    Attributes:
        at: When, in virtual time.
        entries: Positions in the recording of the events concerned, oldest first.
        involved: The same events in words, one a line.
        fingerprint: The same for the same mistake in every run.
        inferred: It rests on sessions that were inferred from a capture.
        baseline: The reason of the baseline's entry that excuses it, if any.
    """

    case: str
    device: str | None
    client_uuid: str | None
    at: datetime
    entries: tuple[int, ...]
    expected: str
    got: str
    fingerprint: str
    involved: tuple[str, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    inferred: bool = False
    baseline: str | None = None


class RuleResult(Record, frozen=True, kw_only=True):
    """
    What was found about one rule.

    Attributes:
        exposures: How often its premise occurred.
        observed: How often which way was taken, where several are right.
    """

    id: str
    severity: Severity
    verdict: Verdict
    exposures: int
    reason: str | None
    findings: tuple[Finding, ...] = ()
    observed: dict[str, int] = {}


class Ledger(Record, frozen=True, kw_only=True):
    """Units of usage, over all devices: where each one ended."""

    performed: int = 0
    stored: int = 0
    pending: int = 0
    purged: int = 0
    lost: int = 0
    invented: int = 0

    def plus(self, other: "Ledger") -> "Ledger":
        """Return the sum of both."""
        names = self.__struct_fields__
        return Ledger(
            **{name: getattr(self, name) + getattr(other, name) for name in names}
        )


class CaseResult(Record, frozen=True, kw_only=True):
    """
    What became of one case.

    Attributes:
        outcome: ``passed``, ``violated``, ``not-applicable``, ``driver-fault``,
            ``harness-fault`` or ``not-played``.
        violated, exercised: Ids of rules.
        reason: Why, for the last four outcomes.
        recording: Path of the recording, relative to the results.
        examples: How many generated stories were played, of a property.
        counterexample: Path of the story that breaks it, relative to the results.
        timeline: What happened in that story, as text.
    """

    id: str
    outcome: str
    violated: tuple[str, ...] = ()
    exercised: tuple[str, ...] = ()
    reason: str | None = None
    recording: str | None = None
    examples: int | None = None
    counterexample: str | None = None
    timeline: str | None = None
    wall_seconds: float = 0.0
    virtual_seconds: float = 0.0


class StaleEntry(Record, frozen=True, kw_only=True):
    """An entry of the baseline that should go, and *why*."""

    rule: str
    case: str
    why: str
    owner: str
    ticket: str | None = None


class Totals(Record, frozen=True, kw_only=True):
    """How many cases there were, and how many rules had which verdict."""

    cases: int
    satisfied: int
    violated: int
    not_exercised: int
    not_observable: int
    not_applicable: int


class Results(Record, frozen=True, kw_only=True):
    """
    Everything that a run, a judging or an inspection found.

    Attributes:
        requirements: The frozen set of requirements that it was held to, if any.
        stale: Entries of the baseline that should go.
        partial: Why cases that should have been judged were not, and how many were.
        shard: Which one of several runs it is, such as ``2/5``; ``None``: the only one.
        whole: No case was left out, but for those of the other shards.
    """

    schema: str
    dlscheck: str
    source: str
    sdk: Sdk
    clock: str
    seed: int | None
    started: datetime
    wall_seconds: float
    virtual_seconds: float
    rules: tuple[RuleResult, ...]
    cases: tuple[CaseResult, ...]
    ledger: Ledger
    totals: Totals
    exit: int
    requirements: str | None = None
    stale: tuple[StaleEntry, ...] = ()
    partial: str | None = None
    shard: str | None = None
    whole: bool = False

    @property
    def excused(self) -> int:
        """How many findings the baseline excuses."""
        return sum(f.baseline is not None for rule in self.rules for f in rule.findings)


def totals_of(rules: Iterable[RuleResult], cases: int) -> Totals:
    """Count the verdicts of *rules*."""
    counts = dict.fromkeys(Verdict, 0)
    for rule in rules:
        counts[rule.verdict] += 1
    return Totals(
        cases=cases,
        satisfied=counts[Verdict.SATISFIED],
        violated=counts[Verdict.VIOLATED],
        not_exercised=counts[Verdict.NOT_EXERCISED],
        not_observable=counts[Verdict.NOT_OBSERVABLE],
        not_applicable=counts[Verdict.NOT_APPLICABLE],
    )
