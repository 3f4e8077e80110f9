"""What the page shows, worked out: the template only writes it down."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from harness.domain.generation import GENERATIONS
from harness.domain.instant import render_instant
from harness.domain.results import CaseResult, Finding, Results, RuleResult
from harness.domain.slot_ledger import SlotLedger
from harness.domain.verdict import Severity
from reports.headline import partial_of
from reports.page.dossier import Dossier, Evidence, RuleText
from reports.page.drawing import Drawing, draw
from reports.page.exchanges import ExchangeView, exchanges_of
from reports.page.rows import rows_of

#: Of so many cases all is shown; of the others what was found.
_MOST_CASES = 60
#: A ledger of more rows than this is told by those that do not balance.
_MOST_SLOTS = 40
_SEVERITIES = list(Severity)
#: Nobody knows what was done in a capture.
_WITHOUT_LEDGER = ("inspect", "capture")


@dataclass(frozen=True)
class FindingView:
    """A finding, with its number within the case and the place that links lead to."""

    number: int
    anchor: str
    rule: RuleResult
    text: RuleText
    finding: Finding

    @property
    def at(self) -> str:
        """When, in virtual time."""
        return render_instant(self.finding.at)


@dataclass(frozen=True)
class EvidenceView:
    """What happened in a case: see `Evidence`."""

    drawing: Drawing
    exchanges: list[ExchangeView]
    exchanges_left: int
    slots: list[SlotLedger]
    slots_left: int
    scenario: str | None
    commands: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FailureView:
    """A case with findings."""

    case: CaseResult
    anchor: str
    severity: Severity
    findings: list[FindingView]
    evidence: EvidenceView | None

    @property
    def rules(self) -> list[str]:
        """The rules that are concerned, each once."""
        return list(dict.fromkeys(view.rule.id for view in self.findings))

    @property
    def is_excused(self) -> bool:
        """Whether the list of known failures excuses all of it."""
        return all(view.finding.baseline for view in self.findings)


@dataclass(frozen=True)
class RuleView:
    """A rule, and links to the first of its findings."""

    rule: RuleResult
    text: RuleText
    findings: list[FindingView]


@dataclass(frozen=True)
class Group:
    """The cases whose gravest finding is of one rule."""

    rule: RuleResult
    text: RuleText
    failures: list[FailureView]


@dataclass(frozen=True)
class PageView:
    """
    All that the page shows.

    Attributes:
        has_ledger: Whether it is known what was done: of a capture it is not.
        why: The verdict in a sentence.
        tiles: How many rules have each verdict: words, number, verdict.
        cases: All cases, each with the place of its findings, if it has any.
    """

    results: Results
    has_ledger: bool
    why: str
    tiles: list[tuple[str, int, str]]
    families: list[tuple[str, list[RuleView]]]
    groups: list[Group]
    faults: list[CaseResult]
    cases: list[tuple[CaseResult, str | None]]


def view_of(results: Results, dossier: Dossier) -> PageView:
    """Work out what the page shows of *results*."""
    cases = {case.id: case for case in results.cases}
    found = _findings(results, dossier)
    generation = results.sdk.generation
    failures = sorted(
        (_failure(cases[name], views) for name, views in found.items() if name in cases),
        key=lambda failure: _plainest_first(failure, dossier),
    )
    shown = [
        _with_evidence(failure, dossier, generation if place < _MOST_CASES else None)
        for place, failure in enumerate(failures)
    ]
    anchors = {failure.case.id: failure.anchor for failure in shown}
    return PageView(
        results=results,
        has_ledger=results.source not in _WITHOUT_LEDGER,
        why=_why(results, shown),
        tiles=_tiles(results),
        families=_families(results, dossier, shown),
        groups=_groups(shown),
        faults=[case for case in results.cases if case.outcome.endswith("-fault")],
        cases=[(case, anchors.get(case.id)) for case in results.cases],
    )


def _why(results: Results, failures: Sequence[FailureView]) -> str:
    """Say in a sentence what the verdict rests on."""
    broken = {
        severity: sum(bool(r.findings) for r in results.rules if r.severity is severity)
        for severity in _SEVERITIES
    }
    totals = results.totals
    told = [f"{n} {severity} rule{'s' * (n != 1)}" for severity, n in broken.items() if n]
    parts = [
        f"{' and '.join(told)} broken, in {len(failures)} of {totals.cases} cases"
        if told
        else f"No rule was broken in {totals.cases} cases",
        f"{totals.satisfied} satisfied",
    ]
    silent = totals.not_exercised + totals.not_observable
    if silent:
        parts.append(f"{silent} could not be judged")
    return "; ".join(parts) + "." + partial_of(results)


def _tiles(results: Results) -> list[tuple[str, int, str]]:
    totals = results.totals
    return [
        ("rules satisfied", totals.satisfied, "satisfied"),
        ("violated", totals.violated, "violated"),
        ("not exercised", totals.not_exercised, "not-exercised"),
        ("not observable", totals.not_observable, "not-observable"),
        ("not applicable", totals.not_applicable, "not-applicable"),
        ("cases", totals.cases, "plain"),
    ]


def _groups(failures: Iterable[FailureView]) -> list[Group]:
    """Sort failures by the rule of their first finding, which is their gravest."""
    groups: dict[str, Group] = {}
    for failure in failures:
        first = failure.findings[0]
        group = groups.setdefault(first.rule.id, Group(first.rule, first.text, []))
        group.failures.append(failure)
    return list(groups.values())


def _findings(results: Results, dossier: Dossier) -> dict[str, list[FindingView]]:
    """Number the findings of each case, and give each a place of its own."""
    by_case: dict[str, list[FindingView]] = defaultdict(list)
    taken: defaultdict[str, int] = defaultdict(int)
    for rule in sorted(results.rules, key=lambda rule: _SEVERITIES.index(rule.severity)):
        for finding in rule.findings:
            taken[finding.fingerprint] += 1
            count = taken[finding.fingerprint]
            views = by_case[finding.case]
            views.append(
                FindingView(
                    number=len(views) + 1,
                    anchor=f"finding-{finding.fingerprint}" + (f"-{count}" * (count > 1)),
                    rule=rule,
                    text=dossier.rules.get(rule.id, RuleText("")),
                    finding=finding,
                )
            )
    return by_case


def _failure(case: CaseResult, views: list[FindingView]) -> FailureView:
    severity = min((view.rule.severity for view in views), key=_SEVERITIES.index)
    return FailureView(case, f"case-{case.id}", severity, views, None)


def _plainest_first(failure: FailureView, dossier: Dossier) -> tuple[object, ...]:
    """The first failure that is read should be the gravest, and of these the plainest."""
    evidence = dossier.evidence.get(failure.case.id)
    length = len(evidence.events) if evidence else 0
    rank = _SEVERITIES.index(failure.severity)
    return failure.is_excused, rank, evidence is None, length, failure.case.id


def _with_evidence(
    failure: FailureView, dossier: Dossier, generation: str | None
) -> FailureView:
    evidence = dossier.evidence.get(failure.case.id)
    if evidence is None or generation is None:
        return failure
    view = _evidence(evidence, failure.findings, generation)
    return replace(failure, evidence=view)


def _evidence(
    evidence: Evidence, findings: Sequence[FindingView], generation: str
) -> EvidenceView:
    marks: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for view in findings:
        for entry in view.finding.entries:
            marks[entry].append((view.number, view.anchor))
    rows = rows_of(evidence.events, marks, GENERATIONS[generation])
    exchanges, left = exchanges_of(evidence.events, marks)
    slots = _slots(evidence.slots)
    return EvidenceView(
        drawing=draw(rows, marks),
        exchanges=exchanges,
        exchanges_left=left,
        slots=slots,
        slots_left=len(evidence.slots) - len(slots),
        scenario=evidence.scenario,
        commands=evidence.commands,
    )


def _slots(slots: Sequence[SlotLedger]) -> list[SlotLedger]:
    """Choose what is shown of a long ledger: what does not balance comes first."""
    chosen = sorted(slots, key=lambda row: row.is_balanced)[:_MOST_SLOTS]
    return sorted(chosen, key=lambda row: (row.device, row.slot, row.code, row.type))


def _families(
    results: Results, dossier: Dossier, failures: Iterable[FailureView]
) -> list[tuple[str, list[RuleView]]]:
    views: dict[str, list[FindingView]] = defaultdict(list)
    for failure in failures:
        for view in failure.findings:
            views[view.rule.id].append(view)
    rules = [
        RuleView(rule, dossier.rules.get(rule.id, RuleText("")), views[rule.id])
        for rule in results.rules
    ]
    families = groupby(rules, key=lambda view: view.rule.id.partition("/")[0])
    return [(family, list(members)) for family, members in families]
