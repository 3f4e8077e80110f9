"""``dlscheck run --sweep``: every single fault at every exchange of one scenario."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.output import show
from harness.documents.bad_input import BadInput, unknown_name
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.scenario.render import render_scenario
from harness.suite.gate import Gate
from harness.suite.interruption import Interruption
from harness.suite.performance import keep_recording, why_not
from harness.suite.places import CASES
from harness.suite.publication import publish
from harness.suite.run_results import results_of_run
from harness.suite.stage import Stage
from harness.suite.sweep import DAMAGES, Strike, smallest, sweep
from harness.suite.tally import CaseReport
from harness.suite.workshop import Workshop
from reports.failure import render_failure

_TELL_EVERY = 25


def run_sweep(name: str, stage: Stage, as_json: bool) -> int:
    """
    Sweep the scenario *name*, a case id or a file, and return the exit code.

    Raises:
        BadInput: There is no such scenario, or the SDK cannot play it.
    """
    began = datetime.now(UTC)  # noqa: TID251 - wall time of the run
    case = _scenario(name)
    reason = why_not(case, stage)
    if reason:
        raise BadInput(f"--sweep {name}: does not apply to this SDK: {reason}")
    interruption = Interruption()
    interruption.open()
    try:
        reports, failed = _play(case, stage, interruption)
    finally:
        interruption.close()
    gate = Gate(strict=stage.strict, allow_incomplete=True)
    ended = interruption.name
    partial = f"ended by {ended}, after {len(reports)} faults" if ended else None
    results = results_of_run(stage, reports, began, gate=gate, partial=partial)
    page = publish(results, stage.out, stage.sdk_file.path)
    show(results, as_json)
    if not as_json:
        _tell(reports, failed, stage.out)
        print(f"report: {page}")
    return results.exit


def _play(
    case: Case, stage: Stage, interruption: Interruption
) -> tuple[list[CaseReport], list[tuple[Strike, CaseReport]]]:
    reports, failed = [], []
    workshop = Workshop(stage, interruption)
    try:
        for strike in sweep(case, workshop):
            name = keep_recording(strike.played, stage.out)
            report = strike.played.report(stage.strict, name)
            reports.append(report)
            if report.case.outcome != "passed":
                failed.append((strike, report))
            if len(reports) % _TELL_EVERY == 0:
                print(f"{len(reports)} faults, {len(failed)} failed", file=sys.stderr)
    except KeyboardInterrupt:
        # What was judged so far is kept.
        return reports, failed
    finally:
        workshop.close()
    if not reports:
        raise BadInput(f"--sweep {case.id}: its scenario makes no exchange to be struck")
    return reports, failed


def _tell(
    reports: list[CaseReport], failed: list[tuple[Strike, CaseReport]], out: Path
) -> None:
    recovered = len(reports) - len(failed)
    exchanges = len(reports) // len(DAMAGES)
    print(f"recovered in {recovered} of {exchanges} x {len(DAMAGES)} single faults")
    if not failed:
        return
    least = smallest(failed)
    path = out / "smallest-fault.yaml"
    path.write_text(render_scenario(least.case.scenario), encoding="utf-8")
    report = next(report for strike, report in failed if strike is least)
    broken = [rule for rule in report.rules if rule.findings]
    print(f"the smallest that fails is kept as {path}:")
    print(render_failure(least.case.id, broken) if broken else report.case.reason)


def _scenario(name: str) -> Case:
    """Find a case by its id, or read the only case of a file."""
    rules = frozenset(RULES_BY_ID)
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        cases = load_cases(path, path.parent, rules)
        if len(cases) != 1:
            names = ", ".join(case.id for case in cases)
            raise BadInput(f"--sweep {name}: expected a file of one case, got {names}")
        return cases[0]
    known = {
        case.id: case
        for file in find_case_files(CASES)
        for case in load_cases(file, CASES, rules)
    }
    if name not in known:
        raise BadInput(f"--sweep: {unknown_name('case', name, known)}")
    return known[name]
