"""
Judging a recording: events in, verdicts out, in one pass.

A verdict is a function of the recording alone, so that any run can be judged again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.domain.clock_mode import inexact_by
from harness.domain.evidence import Evidence
from harness.domain.generation import GENERATIONS
from harness.domain.recording import AnyEvent, RecordingOpened
from harness.domain.results import Finding, Ledger, RuleResult
from harness.domain.slot_ledger import SlotLedger
from harness.domain.verdict import Severity, Verdict
from harness.history.fact import DeviceSettled, Fact, SubmissionSeen
from harness.history.history import History
from harness.history.neighbours import Aside
from harness.history.traffic import TrafficHistory
from harness.rules.catalogue import CATALOGUE
from harness.rules.evidence import lacking_evidence
from harness.rules.rule import Context, Position, Rule
from harness.rules.tally import RuleTally, Tally, tally_of

#: Why a rule about UUIDs may have nothing to say of a capture.
_BY_UUID = "no evidence of: config (device)"

type Hear = Callable[[Any], None]

#: What each rule listens to; looked up for every recording.
_HOOKS = {
    rule: frozenset(
        fact.hook
        for fact in Fact.__args__
        if getattr(rule, fact.hook) is not getattr(Rule, fact.hook)
    )
    for rule in CATALOGUE
}


@dataclass(frozen=True)
class Judgement:
    """
    What one recording says.

    Attributes:
        rules: A result for every rule of the catalogue, in its order.
        slots: The ledger slot by slot, device by device, oldest first, if asked for.
    """

    rules: tuple[RuleResult, ...]
    ledger: Ledger
    slots: tuple[SlotLedger, ...]

    def violated(self) -> tuple[str, ...]:
        """Return the ids of the rules that are violated."""
        return self._with(Verdict.VIOLATED)

    def exercised(self) -> tuple[str, ...]:
        """Return the ids of the rules whose premise occurred."""
        return tuple(rule.id for rule in self.rules if rule.exposures)

    def _with(self, verdict: Verdict) -> tuple[str, ...]:
        return tuple(rule.id for rule in self.rules if rule.verdict is verdict)


class Judge:
    """Takes in one recording, event by event."""

    def __init__(self, opened: RecordingOpened, *, with_slots: bool = False) -> None:
        """
        Begin with the head of a recording.

        *with_slots* every slot is remembered; without, only what is still open, and some
        of what was closed last.

        Raises:
            KeyError: It names a generation that does not exist.
        """
        self._opened = opened
        self._generation = GENERATIONS[opened.sdk.generation]
        capabilities = frozenset(opened.capabilities)
        self._is_driven = Evidence.USAGE in opened.evidence
        self._is_by_uuid = not self._is_driven and opened.device is None
        self._history: History | TrafficHistory = (
            History(
                self._generation,
                capabilities,
                keeps_slots=with_slots,
                inexact=inexact_by(opened.clock),
            )
            if self._is_driven
            else TrafficHistory(self._generation, opened)
        )
        self._position = Position()
        context = Context(
            opened.case,
            self._generation,
            capabilities,
            is_inferred=Evidence.SESSION not in opened.evidence,
            has_usage=self._is_driven,
            is_by_uuid=self._is_by_uuid,
            position=self._position,
        )
        self._rules = [rule(context) for rule in CATALOGUE if not self._reason(rule)]
        self._hears = {fact: _hooks(self._rules, fact) for fact in Fact.__args__}
        self._hears[SubmissionSeen] = [_Marked(self._rules).tell]
        self._settled = _Settled()
        self._hears[DeviceSettled].append(self._settled.enter)

    def see(
        self, event: AnyEvent, entry: int | None = None, aside: Aside | None = None
    ) -> None:
        """
        Take in the next event, which stands at *entry*, or follows the last one.

        Of a part of a capture *aside* tells what other devices have to do with it.
        """
        position = self._position
        position.entry = position.entry + 1 if entry is None else entry
        if aside is None:
            facts = self._history.apply(position.entry, event)
        else:
            facts = self._facts(position.entry, event, aside)
        for fact in facts:
            for hear in self._hears[type(fact)]:
                hear(fact)

    def _facts(self, entry: int, event: AnyEvent, aside: Aside) -> Iterable[Fact]:
        history = self._history
        if isinstance(history, History):
            return history.apply(entry, event)
        return history.apply(entry, event, aside)

    def judgement(self) -> Judgement:
        """Return what can be said of every rule so far."""
        return self.judgement_of(self.tally())

    def tally(self) -> Tally:
        """Return what was counted and found so far."""
        rules = {rule.id: tally_of(rule) for rule in self._rules}
        has_sessions = self._history.has_sessions
        settled = self._settled
        return Tally(rules, settled.ledger, has_sessions, tuple(settled.slots))

    def judgement_of(self, tally: Tally) -> Judgement:
        """Return what can be said of every rule with this *tally* of the recording."""
        results = (self._result(rule, tally) for rule in CATALOGUE)
        return Judgement(tuple(results), tally.ledger, tally.slots)

    def violated(self) -> Iterator[tuple[str, Severity, Sequence[Finding]]]:
        """Return the rules that are violated so far, with their findings, oldest first."""
        for rule in self._rules:
            if rule.findings:
                yield rule.id, rule.severity_in(self._generation), rule.findings

    def _result(self, rule: type[Rule], tally: Tally) -> RuleResult:
        judged = tally.rules.get(rule.id)
        findings = judged.findings if judged else ()
        exposures = judged.exposures if judged else 0
        verdict, reason = self._verdict(rule, tally, judged)
        return RuleResult(
            id=rule.id,
            severity=rule.severity_in(self._generation),
            verdict=verdict,
            exposures=exposures,
            reason=reason,
            findings=findings,
            observed=judged.observed if judged else {},
        )

    def _verdict(
        self, rule: type[Rule], tally: Tally, judged: RuleTally | None
    ) -> tuple[Verdict, str | None]:
        """Say what became of *rule*, and why, where that does not go without saying."""
        if judged is None:
            return self._reason(rule) or _silence(rule, tally)
        if judged.findings:
            return Verdict.VIOLATED, _left_out(judged)
        if judged.left_open:
            return Verdict.NOT_OBSERVABLE, _left_open(rule, judged.left_open)
        if judged.exposures:
            return Verdict.SATISFIED, None
        if rule.compares_uuids and self._is_by_uuid:
            return Verdict.NOT_OBSERVABLE, _BY_UUID
        return _silence(rule, tally)

    def _reason(self, rule: type[Rule]) -> tuple[Verdict, str] | None:
        """Say why *rule* cannot be judged on this recording, if so."""
        if self._generation not in rule.generations:
            names = " and ".join(g.name.upper() for g in rule.generations)
            return Verdict.NOT_APPLICABLE, f"applies to {names} only"
        if self._is_driven and rule.capability not in (None, *self._opened.capabilities):
            return Verdict.NOT_APPLICABLE, f"the SDK has no capability {rule.capability!r}"
        lacking = lacking_evidence(rule, self._opened)
        if lacking:
            return Verdict.NOT_OBSERVABLE, f"no evidence of: {', '.join(lacking)}"
        return None


class _Marked:
    """Tells a submission to the rules that are about its marks, or about all."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        #: Who hears of submissions that bear just these marks.
        self._hears: dict[int, list[Hear]] = {}

    def tell(self, seen: SubmissionSeen) -> None:
        hears = self._hears.get(seen.marks)
        if hears is None:
            rules = [r for r in self._rules if not r.about or r.about & seen.marks]
            hears = self._hears[seen.marks] = _hooks(rules, SubmissionSeen)
        for hear in hears:
            hear(seen)


class _Settled:
    """The ledgers of all devices that are settled."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.slots: list[SlotLedger] = []

    def enter(self, seen: DeviceSettled) -> None:
        """Add the ledger of a device to that of all."""
        self.ledger = self.ledger.plus(seen.ledger)
        self.slots += seen.slots


def _hooks(rules: Iterable[Rule], fact: type[Fact]) -> list[Hear]:
    """Return what those of *rules* that listen to *fact* hear it with."""
    hook = fact.hook
    return [getattr(rule, hook) for rule in rules if hook in _HOOKS[type(rule)]]


def _silence(rule: type[Rule], tally: Tally) -> tuple[Verdict, str]:
    """Say why a rule that could be judged has nothing to say."""
    if Evidence.SESSION in rule.evidence and not tally.has_sessions:
        return Verdict.NOT_OBSERVABLE, "no evidence of: session (no grant was seen)"
    return Verdict.NOT_EXERCISED, "its premise never occurred"


def _left_out(judged: RuleTally) -> str | None:
    """Say how many findings are not told, if any."""
    if not judged.left_out:
        return None
    kept = len(judged.findings)
    return f"the first {kept} of {kept + judged.left_out} findings are kept"


def _left_open(rule: type[Rule], times: int) -> str:
    """Say what keeps *rule* from being called satisfied."""
    lacking, excuse = rule.excuse
    often = "once" if times == 1 else f"{times} times"
    return f"no evidence of: {lacking} ({often} only {excuse} would excuse it)"


def judge(events: Iterable[AnyEvent]) -> Judgement:
    """
    Judge a whole recording, slot by slot.

    Raises:
        ValueError: Its first event is not the head of a recording.
    """
    iterator = iter(events)
    head = next(iterator, None)
    if not isinstance(head, RecordingOpened):
        raise ValueError(f"expected recording-opened as the first event, got {head!r}")
    judging = Judge(head, with_slots=True)
    for event in iterator:
        judging.see(event)
    return judging.judgement()
