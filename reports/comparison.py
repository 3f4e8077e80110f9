"""Several runs side by side: what each says of every rule, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.domain.recording import Sdk
from harness.domain.results import Results, RuleResult
from harness.domain.verdict import Severity, Verdict

#: Verdicts by which nothing is known of a rule.
_SILENT = (Verdict.NOT_EXERCISED, Verdict.NOT_OBSERVABLE, Verdict.NOT_APPLICABLE)
#: What may become of a rule, the worst first.
CHANGES = ("worse", "unobserved", "better", "observed")


@dataclass(frozen=True)
class Run:
    """
    One of the runs.

    Attributes:
        name: What it is called here, unlike any other.
        page: Where its own page is, seen from the page of the comparison.
    """

    name: str
    results: Results
    page: str | None = None


@dataclass(frozen=True)
class Row:
    """A rule, and what each run says of it, in their order; ``None``: nothing at all."""

    rule: str
    cells: tuple[RuleResult | None, ...]

    @property
    def severity(self) -> Severity:
        """The gravest that some run gives it."""
        told = [cell.severity for cell in self.cells if cell]
        return min(told, key=list(Severity).index)

    @property
    def verdicts(self) -> list[str]:
        """All verdicts on it."""
        return [cell.verdict for cell in self.cells if cell]


@dataclass(frozen=True)
class Change:
    """A rule of which a later run says something else; *kind*: one of `CHANGES`."""

    kind: str
    before: RuleResult
    after: RuleResult


@dataclass(frozen=True)
class Step:
    """From one run of an SDK to the next one of it, and what changed."""

    before: Run
    after: Run
    changes: tuple[Change, ...]

    def of(self, kind: str) -> list[Change]:
        """Return the changes of one kind."""
        return [change for change in self.changes if change.kind == kind]


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """Return a row for each rule that some run knows, in the order of the catalogue."""
    by_run = [{rule.id: rule for rule in run.results.rules} for run in runs]
    rules = dict.fromkeys(rule for known in by_run for rule in known)
    rows = [Row(rule, tuple(known.get(rule) for known in by_run)) for rule in rules]
    families = list(dict.fromkeys(_family(row) for row in rows))
    return sorted(rows, key=lambda row: families.index(_family(row)))


def families_of(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Group *rows* by the family of their rule."""
    return [(family, list(members)) for family, members in groupby(rows, key=_family)]


def steps_of(runs: Sequence[Run]) -> list[Step]:
    """Return the steps from each run to the next one of the same SDK and generation."""
    last: dict[tuple[str, str], Run] = {}
    steps = []
    for run in runs:
        key = (run.results.sdk.name, run.results.sdk.generation)
        if key in last:
            steps.append(Step(last[key], run, _changes(last[key].results, run.results)))
        last[key] = run
    return steps


def name_of(sdk: Sdk) -> str:
    """Return what a run of *sdk* is called."""
    return f"{sdk.name} {sdk.version} {sdk.generation.upper()}"


def _family(row: Row) -> str:
    return row.rule.partition("/")[0]


def _changes(before: Results, after: Results) -> tuple[Change, ...]:
    known = {rule.id: rule for rule in before.rules}
    found = [
        Change(kind, known[rule.id], rule)
        for rule in after.rules
        if rule.id in known and (kind := _kind(known[rule.id].verdict, rule.verdict))
    ]
    return tuple(sorted(found, key=lambda change: CHANGES.index(change.kind)))


def _kind(before: Verdict, after: Verdict) -> str | None:
    was_silent, is_silent = before in _SILENT, after in _SILENT
    if before is after or (was_silent and is_silent):
        return None
    if is_silent:
        return "unobserved"
    if after is Verdict.VIOLATED:
        return "worse"
    return "observed" if was_silent else "better"
