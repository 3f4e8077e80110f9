"""The results of all shards of a run as one."""

import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from harness.documents.bad_input import BadInput, unwritable
from harness.domain.results import (
    CaseResult,
    Ledger,
    Results,
    RuleResult,
    StaleEntry,
    totals_of,
)
from harness.rules.catalogue import RULES_BY_ID
from harness.suite.gate import Gate
from harness.suite.shard import Shard, parse_shard
from harness.suite.tally import exit_code, joined_rules

#: In these all shards of one run agree.
_SHARED = ("sdk", "clock", "seed", "dlscheck", "requirements")


class ShardRun(NamedTuple):
    """
    What one shard has left.

    Attributes:
        folder: Its recordings are below it.
    """

    folder: Path
    results: Results

    @property
    def shard(self) -> Shard:
        """
        Which shard it is.

        Raises:
            BadInput: It is none.
        """
        if self.results.shard is None:
            raise BadInput(
                f"{self.folder}: is no shard; expected the results of `dlscheck run "
                "--shard i/n`"
            )
        return parse_shard(self.results.shard)


def merge(runs: Sequence[ShardRun], gate: Gate) -> Results:
    """
    Return the results that one run of the whole suite would have had.

    A shard that is missing makes them partial.

    Raises:
        BadInput: They are not shards of one run.
    """
    _check(runs)
    first = runs[0].results
    cases = _cases(runs)
    generation = first.sdk.generation
    rules = gate.weigh(_rules(runs), generation)
    partial = "; ".join(_missing(runs)) or None
    is_whole = partial is None and all(run.results.whole for run in runs)
    stale: tuple[StaleEntry, ...] = ()
    if gate.baseline:
        rules = gate.excuse(rules, generation)
        today = datetime.now(UTC).date()  # noqa: TID251 - what expires today
        stale = gate.baseline.stale(rules, cases, generation, today, is_whole=is_whole)
    is_partial = partial is not None
    return msgspec.structs.replace(
        first,
        started=min(run.results.started for run in runs),
        wall_seconds=max(run.results.wall_seconds for run in runs),
        virtual_seconds=sum(case.virtual_seconds for case in cases),
        rules=rules,
        cases=cases,
        ledger=_ledger(runs),
        totals=totals_of(rules, len(cases)),
        exit=exit_code(rules, cases, gate, stale, is_partial=is_partial),
        requirements=gate.revision or first.requirements,
        stale=stale,
        partial=partial,
        shard=None,
        whole=is_whole,
    )


def bring_files(runs: Iterable[ShardRun], out: Path) -> None:
    """
    Copy the recordings and counter-examples of all shards to *out*.

    Raises:
        BadInput: That is not possible.
    """
    try:
        for run in runs:
            for case in run.results.cases:
                for name in filter(None, (case.recording, case.counterexample)):
                    _bring(run.folder / name, out / name)
    except OSError as error:
        raise unwritable(out, error, "--out") from error


def _bring(source: Path, target: Path) -> None:
    # A gate may keep results alone, and not what they were judged by.
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _check(runs: Sequence[ShardRun]) -> None:
    first = runs[0]
    seen: dict[int, Path] = {}
    for run in runs:
        shard = run.shard
        for name in _SHARED:
            mine, other = getattr(run.results, name), getattr(first.results, name)
            if mine != other:
                raise BadInput(
                    f"{run.folder}: expected {name} {other!r}, as in {first.folder}, got "
                    f"{mine!r}; merge shards of one run"
                )
        if shard.of != first.shard.of:
            raise BadInput(
                f"{run.folder}: is shard {shard}, and {first.folder} is {first.shard}; "
                "merge shards of one run"
            )
        if shard.number in seen:
            raise BadInput(f"{run.folder}: is shard {shard}, like {seen[shard.number]}")
        seen[shard.number] = run.folder


def _missing(runs: Sequence[ShardRun]) -> list[str]:
    """Say what is not there, in words."""
    here = {run.shard.number for run in runs}
    of = runs[0].shard.of
    gone = [str(Shard(number, of)) for number in range(1, of + 1) if number not in here]
    told = [f"shard {run.shard} was {run.results.partial}" for run in runs if _is_cut(run)]
    return [*([f"missing: shard {', '.join(gone)}"] if gone else []), *told]


def _is_cut(run: ShardRun) -> bool:
    return run.results.partial is not None


def _cases(runs: Sequence[ShardRun]) -> tuple[CaseResult, ...]:
    cases = (case for run in runs for case in run.results.cases)
    return tuple(sorted(cases, key=lambda case: case.id))


def _rules(runs: Sequence[ShardRun]) -> tuple[RuleResult, ...]:
    """Join what the shards say of each rule; findings stand in the order of cases."""
    found = [rule for run in runs for rule in run.results.rules]
    names = dict.fromkeys([*RULES_BY_ID, *(rule.id for rule in found)])
    joined = []
    for name in names:
        mine = [rule for rule in found if rule.id == name]
        if mine:
            rule = joined_rules(mine)
            findings = sorted(rule.findings, key=lambda finding: finding.case)
            joined.append(msgspec.structs.replace(rule, findings=tuple(findings)))
    return tuple(joined)


def _ledger(runs: Sequence[ShardRun]) -> Ledger:
    total = Ledger()
    for run in runs:
        total = total.plus(run.results.ledger)
    return total
