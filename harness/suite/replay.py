"""Playing the cases of one file again, without the rest of the suite."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.domain.results import CaseResult
from harness.domain.verdict import Severity
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, load_cases
from harness.suite.performance import keep_recording, why_not
from harness.suite.stage import Stage
from harness.suite.tally import CaseReport
from harness.suite.workshop import Workshop
from reports.timeline import render_timeline


def load_story(path: Path) -> tuple[Case, ...]:
    """
    Read a case file, wherever it is.

    Raises:
        BadInput: Something in it is wrong; with file and line.
    """
    return load_cases(path, path.parent, frozenset(RULES_BY_ID))


def generation_of(cases: Sequence[Case]) -> str | None:
    """Return the only generation that *cases* are for; ``None``: they are for both."""
    names = {name for case in cases for name in case.scenario.generations}
    return names.pop() if len(names) == 1 else None


def replay(
    cases: Sequence[Case], stage: Stage, *, keep: bool
) -> Iterator[tuple[CaseReport, str]]:
    """
    Play *cases* one by one; yield what became of each, and its timeline.

    *keep* says whether their recordings are kept in the folder of the stage.
    """
    workshop = Workshop(stage)
    try:
        for case in cases:
            reason = why_not(case, stage)
            if reason:
                result = CaseResult(id=case.id, outcome="not-applicable", reason=reason)
                yield CaseReport(case=result), f"{case.id}: not applicable, {reason}"
                continue
            played = workshop.play(case)
            name = keep_recording(played, stage.out) if keep else None
            rules = played.judgement.rules if played.judgement else ()
            told = [rule for rule in rules if rule.severity is not Severity.MAY]
            timeline = render_timeline(played.events, told)
            yield played.report(stage.strict, name), timeline
    finally:
        workshop.close()
