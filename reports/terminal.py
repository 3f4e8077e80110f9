"""Results in a terminal: the table of verdicts, and what was found."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.domain.results import CaseResult, Results, RuleResult
from harness.domain.verdict import Severity, Verdict
from reports.failure import render_finding
from reports.headline import render_headline, render_times

_STYLES = {
    Verdict.SATISFIED: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.NOT_EXERCISED: "yellow",
    Verdict.NOT_OBSERVABLE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}


def print_results(results: Results, console: Console) -> None:
    """Print the table, then faults and findings, then the headline."""
    console.print(_table(results))
    for case in results.cases:
        if case.outcome in ("driver-fault", "harness-fault"):
            _print_fault(case, console)
    for rule in results.rules:
        if rule.findings and rule.severity is not Severity.MAY:
            _print_findings(rule, console)
    ledger = results.ledger
    console.print(
        f"ledger, in units: {ledger.performed} performed, {ledger.stored} stored, "
        f"{ledger.pending} pending, {ledger.purged} purged, {ledger.lost} lost, "
        f"{ledger.invented} invented",
        highlight=False,
    )
    style = "green" if results.exit == 0 else "bold red"
    console.print(Text(render_headline(results), style=style))
    console.print(render_times(results), highlight=False)


def _table(results: Results) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("rule", "severity", "verdict"):
        table.add_column(name)
    table.add_column("exposures", justify="right")
    table.add_column("why")
    for rule in results.rules:
        verdict = Text(rule.verdict, style=_STYLES[rule.verdict])
        why = rule.reason or (f"{len(rule.findings)} findings" if rule.findings else "")
        table.add_row(rule.id, rule.severity, verdict, str(rule.exposures), Text(why))
    return table


def _print_fault(case: CaseResult, console: Console) -> None:
    console.print()
    console.print(Text(f"{case.outcome} in case {case.id}", style="bold red"))
    console.print(Text(case.reason or ""))


def _print_findings(rule: RuleResult, console: Console) -> None:
    console.print()
    console.print(Text(render_finding(rule, rule.findings[0])))
    cases = sorted({finding.case for finding in rule.findings})
    shown = ", ".join(cases[:5]) + (", ..." if len(cases) > 5 else "")
    console.print(Text(f"  cases     {shown} ({len(rule.findings)} findings)"))
