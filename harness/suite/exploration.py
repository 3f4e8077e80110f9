"""
Playing a property: story after story, and one report for all of them.

The first story that breaks a binding rule ends the search, and is made as plain as it can
be: it has to go on breaking one of the same rules, so that it shows the same mistake. It
is kept as a case file and as a recording; what was played on the way counts for nothing.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from harness.domain.results import RuleResult
from harness.scenario.case_file import Case
from harness.scenario.render import render_scenario
from harness.scenario.scenario import Scenario
from harness.suite.merger import Merger
from harness.suite.performance import Performance, keep_recording
from harness.suite.property import Cast, Property, StoryBroken
from harness.suite.reduction import reduced
from harness.suite.stage import Stage
from harness.suite.tally import CaseReport, broken_rules
from reports.timeline import render_timeline

#: Folder of the stories that broke, below the results.
COUNTEREXAMPLES = "counterexamples"
#: With no seed given every run draws the same stories.
_SEED = 0


class Exploration:
    """Plays one property once."""

    def __init__(
        self, explored: Property, stage: Stage, play: Callable[[Case], Performance]
    ) -> None:
        """Prepare to explore a property with the SDK on *stage*."""
        self._property = explored
        self._stage = stage
        self._play = play
        self._merger = Merger(explored.id)
        self._longest: Performance | None = None
        self._known: dict[Scenario, Performance | None] = {}
        self._wanted: frozenset[str] = frozenset()
        self._broken: Performance | None = None
        self._fault: Performance | None = None
        self._error: Exception | None = None

    def explore(self, examples: int) -> CaseReport:
        """Search with so many stories, and report."""
        began = time.monotonic()
        described = self._stage.description
        cast = Cast(described.generation, frozenset(described.capabilities))
        seed = _SEED if self._stage.seed is None else self._stage.seed
        with suppress(StoryBroken):  # what broke is in the report
            self._property.search(cast, self._watch, examples=examples, seed=seed)
        self._reduce()
        if self._error:
            raise self._error
        return self._told(began)

    def _watch(self, scenario: Scenario) -> None:
        """Play *scenario* for the search."""
        self._broken = self._broken_by(scenario)
        if self._broken:
            raise StoryBroken(self._property.id)

    def _broken_by(self, scenario: Scenario) -> Performance | None:
        """
        Return the performance of *scenario* if it breaks what is to be broken.

        After a fault there is nothing to look for, and nothing is played any more.
        """
        if scenario not in self._known and not (self._error or self._fault):
            try:
                self._known[scenario] = self._judged(scenario)
            except Exception as error:
                # A fault of ours is no story's; the search would make it a small one.
                error.add_note(f"in this story:\n{render_scenario(scenario)}")
                self._error = error
        return self._known.get(scenario)

    def _judged(self, scenario: Scenario) -> Performance | None:
        performance = self._play(Case(self._property.id, Path(), scenario))
        if performance.judgement is None:
            self._fault = performance
            return None
        rules = frozenset(rule.id for rule in self._binding(performance))
        if not self._wanted:
            self._wanted = rules
            if not rules:
                self._note_passed(performance)
        return performance if rules & self._wanted else None

    def _reduce(self) -> None:
        """Make the broken story plain."""
        if self._broken and not self._fault:
            found = self._broken.case.scenario
            plainest = reduced(found, lambda one: self._broken_by(one) is not None)
            self._broken = self._broken_by(plainest)

    def _binding(self, performance: Performance) -> list[RuleResult]:
        """Return the rules that it breaks; a failure that is known ends no search."""
        gate = self._stage.gate
        rules = performance.judgement.rules if performance.judgement else ()
        excused = gate.excuse(rules, self._stage.sdk.generation)
        return broken_rules(excused, gate.strict)

    def _note_passed(self, performance: Performance) -> None:
        self._merger.add(performance.report(self._stage.strict, None))
        longest = self._longest
        if longest is None or len(performance.events) > len(longest.events):
            self._longest = performance

    def _told(self, began: float) -> CaseReport:
        """Report, with the recording of the story that tells most."""
        told = self._fault or self._broken or self._longest
        report = self._report()
        case = msgspec.structs.replace(
            report.case,
            recording=keep_recording(told, self._stage.out) if told else None,
            wall_seconds=round(time.monotonic() - began, 4),
        )
        return msgspec.structs.replace(report, case=case)

    def _report(self) -> CaseReport:
        if self._fault:
            report = self._fault.report(self._stage.strict, None)
            return self._with_story(report, self._fault, ())
        if self._broken:
            self._merger.add_kept(self._broken.report(self._stage.strict, None))
            rules = self._binding(self._broken)
            return self._with_story(self._merger.report(), self._broken, rules)
        return self._merger.report()

    def _with_story(
        self, report: CaseReport, told: Performance, broken: Sequence[RuleResult]
    ) -> CaseReport:
        """Keep the story that was *told* last, for all to read and to play again."""
        path = f"{COUNTEREXAMPLES}/{self._property.id.rpartition('/')[2]}.yaml"
        scenario = _as_case(told.case.scenario, self._property, broken)
        file = self._stage.out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render_scenario(scenario), encoding="utf-8")
        timeline = render_timeline(told.events, broken)
        case = msgspec.structs.replace(report.case, counterexample=path, timeline=timeline)
        return msgspec.structs.replace(report, case=case)


def _as_case(
    scenario: Scenario, explored: Property, broken: Sequence[RuleResult]
) -> Scenario:
    """Return *scenario* as a file below cases/ would hold it."""
    rules = tuple(rule.id for rule in broken)
    what = f"breaks {', '.join(rules)}" if rules else "ends in a driver fault"
    return msgspec.structs.replace(
        scenario,
        summary=f"A story of {explored.id} that {what}.",
        exercises=rules or explored.exercises,
    )
