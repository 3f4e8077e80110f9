"""
The single-fault sweep: one scenario, every exchange of it struck by every fault in turn.

A scenario is played once as it is. For each authorisation request and submission that
was seen, and for each kind of damage, it is then played again with just that one fault
armed from the beginning. An SDK has recovered if no binding rule is violated.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from harness.domain.recording import Exchange, StartCalled
from harness.scenario.case_file import Case
from harness.scenario.scenario import Step
from harness.suite.performance import Performance
from harness.suite.tally import CaseReport
from harness.suite.workshop import Workshop
from mock_server import TRAITS, Fault

#: A connection that is cut off is no exchange: servers that are down have scenarios of
#: their own. Nor is any damage swept that leaves an SDK a choice.
DAMAGES = tuple(
    name for name, trait in TRAITS.items() if trait.is_plain and not trait.is_of_connections
)


@dataclass(frozen=True)
class Strike:
    """One fault at one exchange of the scenario, and what came of it."""

    case: Case
    fault: Fault
    played: Performance


def faults_of(played: Performance) -> tuple[Fault, ...]:
    """Return every single fault for what *played* exchanged before it settled."""
    counts: Counter[str] = Counter()
    for event in played.events:
        if isinstance(event, StartCalled) and event.settling:
            break
        if isinstance(event, Exchange) and event.kind:
            counts[event.kind] += 1
    return tuple(
        _fault(kind, nth, do)
        for kind, count in counts.items()
        for nth in range(1, count + 1)
        for do in DAMAGES
    )


def strike(case: Case, fault: Fault) -> Case:
    """Return *case* with *fault* armed from the beginning."""
    scenario = case.scenario
    steps = (Step(fault=fault), *scenario.steps)
    return Case(
        id=f"{case.id}/{fault.on}-{fault.nth}-{fault.do}",
        path=case.path,
        scenario=msgspec.structs.replace(scenario, steps=steps),
    )


def sweep(case: Case, workshop: Workshop) -> Iterator[Strike]:
    """Play *case*, and then again with each single fault; yield each but the first."""
    for fault in faults_of(workshop.play(case)):
        struck = strike(case, fault)
        yield Strike(struck, fault, workshop.play(struck))


def smallest(failed: list[tuple[Strike, CaseReport]]) -> Strike:
    """Return the failing one with the least in its recording."""
    return min((one for one, _ in failed), key=lambda one: len(one.played.events))


def _fault(kind: Any, nth: int, do: Any) -> Fault:
    return Fault(on=kind, nth=nth, do=do)
