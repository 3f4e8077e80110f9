"""``dlscheck preview-upgrade``: what new rules would say, from stored recordings."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from harness.domain.results import RuleResult
from harness.domain.verdict import Verdict
from harness.rules.catalogue import RULES_BY_ID
from harness.suite.gate import Gate
from harness.suite.requirement_set import is_heavier, load_requirements, published_sets
from harness.suite.retrial import judge_recordings
from reports.plain import printable

_WORDS = {
    Verdict.SATISFIED: "would pass",
    Verdict.VIOLATED: "would fail",
    Verdict.NOT_EXERCISED: "cannot be judged",
    Verdict.NOT_OBSERVABLE: "cannot be judged",
    Verdict.NOT_APPLICABLE: "does not apply",
}


def preview_upgrade(
    recordings: Annotated[
        list[Path],
        typer.Argument(metavar="RECORDING...", help="Recordings, or bundles of evidence."),
    ],
    since: Annotated[
        str | None,
        typer.Option(metavar="REVISION", help="The set in use; default: the newest."),
    ] = None,
) -> None:
    """Tell which rules that are new since a frozen set would pass or fail."""
    frozen = load_requirements(since or published_sets()[-1])
    began = datetime.now(UTC)  # noqa: TID251 - wall time of the judging
    results = judge_recordings(recordings, began, Gate())
    generation = results.sdk.generation
    new = [r for r in results.rules if is_heavier(RULES_BY_ID[r.id], frozen, generation)]
    if not new:
        print(f"no rule weighs more today than in {frozen.revision}")
    for rule in sorted(new, key=lambda rule: list(_WORDS.values()).index(_word(rule))):
        print(f"{_word(rule):<18}{rule.id} ({rule.severity}){_why(rule)}")


def _word(rule: RuleResult) -> str:
    return _WORDS[rule.verdict]


def _why(rule: RuleResult) -> str:
    if rule.findings:
        first, count = rule.findings[0], len(rule.findings)
        told = f"{count} finding{'s' * (count > 1)}"
        return f": {told}, first in {first.case}: {printable(first.got)}"
    return f": {rule.reason or f'{rule.exposures} exposures'}"
