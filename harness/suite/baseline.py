"""
The baseline: a list of known failures, each with a reason, an owner and an expiry date.

An entry excuses findings: those of one rule, in the cases that its pattern matches, with
the fingerprints that it lists. Whatever it does not list still fails the gate. An entry
that excuses nothing any more is *stale*, and so is one that is too old; a stale baseline
has an exit code of its own, so that the list only ever gets shorter.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from harness.domain.results import CaseResult, Finding, Results, RuleResult, StaleEntry

#: Of a case with such an outcome it is known whether it still fails.
_JUDGED = ("passed", "violated")


class Entry(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """
    A known failure.

    Attributes:
        rule: The id of the rule.
        case: The id of the case, or a pattern with ``*``.
        fingerprints: Those of the findings; empty: all of that rule in those cases.
        reason: Why it is put up with.
        owner: Who sees to it.
        expires: The last day on which it counts.
        ticket: Where it is being worked on.
        generation: Of which runs it is; ``None``: of both.
    """

    rule: str
    case: str
    fingerprints: tuple[str, ...] = ()
    reason: str
    owner: str
    expires: date
    ticket: str | None = None
    generation: str | None = None

    def covers(self, rule: str, finding: Finding) -> bool:
        """Tell whether it is about *finding*."""
        is_listed = not self.fingerprints or finding.fingerprint in self.fingerprints
        return rule == self.rule and is_listed and self.covers_case(finding.case)

    def covers_case(self, case: str) -> bool:
        """Tell whether its pattern matches the id of a case."""
        return fnmatchcase(case, self.case)

    def is_for(self, generation: str) -> bool:
        """Tell whether it is for runs of *generation*."""
        return self.generation in (None, generation)

    @property
    def excuse(self) -> str:
        """What is said of a finding that it excuses."""
        told = (self.owner, self.ticket, f"until {self.expires}")
        return f"{self.reason} ({', '.join(filter(None, told))})"


@dataclass(frozen=True)
class Baseline:
    """All known failures of one SDK."""

    entries: tuple[Entry, ...] = ()

    def excuse(
        self, rules: Iterable[RuleResult], generation: str
    ) -> tuple[RuleResult, ...]:
        """Return *rules* with each finding that some entry is about excused by it."""
        entries = [entry for entry in self.entries if entry.is_for(generation)]
        return tuple(_excused(rule, entries) if rule.findings else rule for rule in rules)

    def stale(
        self,
        rules: Sequence[RuleResult],
        cases: Sequence[CaseResult],
        generation: str,
        today: date,
        *,
        is_whole: bool,
    ) -> tuple[StaleEntry, ...]:
        """
        Return the entries that should go, each with why.

        Args:
            rules: What was found.
            cases: What was played.
            generation: That of the run: entries for another one are left alone.
            today: An entry that expired before is stale.
            is_whole: All cases were played: one that matches none of them is stale.
        """
        return tuple(
            StaleEntry(
                rule=entry.rule,
                case=entry.case,
                why=why,
                owner=entry.owner,
                ticket=entry.ticket,
            )
            for entry in self.entries
            if entry.is_for(generation)
            for why in _why_stale(entry, rules, cases, today, is_whole)
        )


def _excused(rule: RuleResult, entries: Sequence[Entry]) -> RuleResult:
    findings = tuple(
        msgspec.structs.replace(finding, baseline=_excuse_for(rule.id, finding, entries))
        for finding in rule.findings
    )
    return msgspec.structs.replace(rule, findings=findings)


def _excuse_for(rule: str, finding: Finding, entries: Sequence[Entry]) -> str | None:
    return next((entry.excuse for entry in entries if entry.covers(rule, finding)), None)


def _why_stale(
    entry: Entry,
    rules: Sequence[RuleResult],
    cases: Sequence[CaseResult],
    today: date,
    is_whole: bool,
) -> Iterator[str]:
    if entry.expires < today:
        yield f"expired on {entry.expires}"
    matched = [case for case in cases if entry.covers_case(case.id)]
    if not matched:
        if is_whole:
            yield "no case matches it"
        return
    if not any(case.outcome in _JUDGED for case in matched):
        return
    found = {f.fingerprint for f in _covered(entry, rules)}
    if not found:
        yield "its case passes now"
    elif gone := [name for name in entry.fingerprints if name not in found]:
        yield f"not found any more: {', '.join(gone)}"


def _covered(entry: Entry, rules: Iterable[RuleResult]) -> list[Finding]:
    return [f for rule in rules for f in rule.findings if entry.covers(rule.id, f)]


def updated(
    baseline: Baseline, results: Results, today: date, severities: Iterable[str]
) -> tuple[Baseline, list[tuple[str, str, tuple[str, ...]]]]:
    """
    Return *baseline* without what is stale, and what it lacks to excuse *results*.

    What it lacks are rule, case and fingerprints of findings of rules of *severities*;
    who updates it has to say why they are put up with.
    """
    generation = results.sdk.generation
    kept = [_renewed(entry, results, today) for entry in baseline.entries]
    entries = tuple(entry for entry in kept if entry)
    mine = [entry for entry in entries if entry.is_for(generation)]
    wanted = set(severities)
    missing: dict[tuple[str, str], list[str]] = {}
    for rule in results.rules:
        for finding in rule.findings if rule.severity in wanted else ():
            if _excuse_for(rule.id, finding, mine) is None:
                missing.setdefault((rule.id, finding.case), []).append(finding.fingerprint)
    told = [(rule, case, tuple(names)) for (rule, case), names in missing.items()]
    return Baseline(entries), told


def _renewed(entry: Entry, results: Results, today: date) -> Entry | None:
    """Return *entry* with the fingerprints that are still found; ``None``: it goes."""
    matched = [c for c in results.cases if entry.covers_case(c.id) and c.outcome in _JUDGED]
    if not entry.is_for(results.sdk.generation) or not matched:
        return entry
    found = {f.fingerprint for f in _covered(entry, results.rules)}
    if entry.expires < today or not found:
        return None
    left = tuple(name for name in entry.fingerprints if name in found)
    return msgspec.structs.replace(entry, fingerprints=left)
