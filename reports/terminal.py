"""Results in a terminal or a log: one line a rule, and what was found."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from harness.domain.exit_code import INCOMPLETE
from harness.domain.results import (
    CaseResult,
    Ledger,
    Results,
    RuleResult,
    StaleEntry,
)
from harness.domain.verdict import Severity, Verdict
from reports.failure import render_counterexample, render_finding
from reports.headline import render_headline, render_times
from reports.level import Level
from reports.plain import printable

_STYLES = {
    Verdict.SATISFIED: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.NOT_EXERCISED: "yellow",
    Verdict.NOT_OBSERVABLE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}

#: Nothing is known of rules with these.
_SILENT = (Verdict.NOT_EXERCISED, Verdict.NOT_OBSERVABLE)
#: Nobody knows what was done in a capture.
_WITHOUT_LEDGER = ("inspect", "capture")

_SEVERITY_WIDTH, _VERDICT_WIDTH, _EXPOSURES_WIDTH = 8, 14, 9
#: Under what they belong to, and after their label: ``  expected  ``.
_INDENT, _HANGING = 4, 12


def print_results(
    results: Results,
    console: Console,
    level: Level = Level.VERBOSE,
    timelines: Mapping[str, str] | None = None,
) -> None:
    """
    Print the table, then faults and findings, then the headline.

    Args:
        results: What was found.
        console: Where to.
        level: How much; all rules are listed only at the highest.
        timelines: What happened in one case of some rules that are broken.
    """
    rules = _worth_telling(results, level)
    if rules or level is Level.VERBOSE:
        _print_table(rules, console)
    for case in results.cases:
        if case.outcome in ("driver-fault", "harness-fault"):
            _print_fault(case, console)
    for rule in results.rules:
        if rule.findings and rule.severity is not Severity.MAY:
            _print_findings(rule, console)
            if level > Level.QUIET and rule.id in (timelines or {}):
                _print_timeline((timelines or {})[rule.id], console)
    for entry in results.stale:
        _print_stale(entry, console)
    for case in results.cases:
        if case.counterexample and level > Level.QUIET:
            console.print(Text(printable(render_counterexample(case))), soft_wrap=True)
    console.print()
    if results.source not in _WITHOUT_LEDGER and level > Level.QUIET:
        _print_ledger(results.ledger, console)
    style = "green" if results.exit == 0 else "bold red"
    _print_wrapped(Text(printable(render_headline(results)), style=style), console)
    if level > Level.QUIET:
        console.print(Text(render_times(results)))


def _worth_telling(results: Results, level: Level) -> tuple[RuleResult, ...]:
    """Choose the rules that are listed: below the highest level just what is wrong."""
    if level is Level.VERBOSE:
        return results.rules
    if level is Level.QUIET:
        return ()
    is_incomplete = results.exit == INCOMPLETE
    return tuple(rule for rule in results.rules if _is_wrong(rule, is_incomplete))


def _is_wrong(rule: RuleResult, is_incomplete: bool) -> bool:
    """Tell whether *rule* is broken, or one of those that should have been judged."""
    if rule.verdict in _SILENT:
        return is_incomplete and rule.severity is Severity.MUST
    return rule.verdict is Verdict.VIOLATED and rule.severity is not Severity.MAY


def _print_timeline(text: str, console: Console) -> None:
    console.print()
    for line in text.split("\n"):
        console.print(Text(line), soft_wrap=True)


def _print_ledger(ledger: Ledger, console: Console) -> None:
    told = (
        f"ledger, in units: {ledger.performed} performed, {ledger.stored} stored, "
        f"{ledger.pending} pending, {ledger.purged} purged, {ledger.lost} lost, "
        f"{ledger.invented} invented"
    )
    _print_wrapped(Text(told), console)


def _print_table(rules: tuple[RuleResult, ...], console: Console) -> None:
    """Print a line for each rule that fits into 80 columns, and why it says so."""
    width = max((len(rule.id) for rule in rules), default=0)
    console.print(Text(_row("rule", width, "severity", "verdict", "exposures"), "bold"))
    for rule in rules:
        row = Text(_row(rule.id, width, rule.severity, rule.verdict, rule.exposures))
        row.highlight_words([f" {rule.verdict} "], _STYLES[rule.verdict])
        why = Text(printable(rule.reason or _counted(rule)), "dim")
        fits = row.cell_len + 2 + why.cell_len <= console.width
        console.print(row + "  " + why if why and fits else row)
        if why and not fits:
            _print_wrapped(why, console, _INDENT)


def _counted(rule: RuleResult) -> str:
    found = len(rule.findings)
    if not found:
        return ", ".join(f"{way} ({times})" for way, times in rule.observed.items())
    known = sum(finding.baseline is not None for finding in rule.findings)
    excused = f", {known} known" if known else ""
    return f"{found} finding{'s' * (found > 1)}{excused}"


def _row(rule: str, width: int, severity: str, verdict: str, exposures: object) -> str:
    return (
        f"{rule:<{width}}  {severity:<{_SEVERITY_WIDTH}}  {verdict:<{_VERDICT_WIDTH}}  "
        f"{exposures:>{_EXPOSURES_WIDTH}}"
    )


def _print_fault(case: CaseResult, console: Console) -> None:
    console.print()
    console.print(Text(f"{case.outcome} in case {case.id}", style="bold red"))
    console.print(Text(printable(case.reason or "")))


def _print_findings(rule: RuleResult, console: Console) -> None:
    console.print()
    told = next((f for f in rule.findings if not f.baseline), rule.findings[0])
    first, *others = printable(render_finding(rule, told)).split("\n")
    cases = sorted({finding.case for finding in rule.findings})
    shown = ", ".join(cases[:5]) + (", ..." if len(cases) > 5 else "")
    _print_wrapped(Text(first, "bold"), console)
    for line in (*others, f"  cases     {shown} ({_counted(rule)})"):
        label, rest = line[:_HANGING], line[_HANGING:]
        _print_wrapped(Text(rest), console, _HANGING, label)


def _print_stale(entry: StaleEntry, console: Console) -> None:
    """Name an entry of the baseline that should go."""
    ticket = f", {entry.ticket}" if entry.ticket else ""
    who = f"{entry.owner}{ticket}"
    told = f"stale in the baseline: {entry.rule} in {entry.case}: {entry.why} ({who})"
    console.print()
    _print_wrapped(Text(printable(told), "yellow"), console)


def _print_wrapped(text: Text, console: Console, indent: int = 0, label: str = "") -> None:
    """Print *text* in as many lines as it needs, all *indent* columns in."""
    lines = text.wrap(console, max(console.width - indent, indent))
    for number, line in enumerate(lines):
        line.rstrip()
        console.print(Text((label if number == 0 else "").ljust(indent)) + line)
