"""Results as Markdown, for a merge request or a step summary."""

from collections.abc import Iterator

from harness.domain.results import Results, RuleResult
from harness.domain.verdict import Severity, Verdict
from reports.headline import render_headline
from reports.plain import in_markdown

_MARKS = {
    Verdict.SATISFIED: "✓",
    Verdict.VIOLATED: "✗",
    Verdict.NOT_EXERCISED: "○",
    Verdict.NOT_OBSERVABLE: "○",
    Verdict.NOT_APPLICABLE: "",
}


def render_markdown(results: Results) -> str:
    """Return the summary: the headline, what was found, and all rules folded away."""
    lines = [f"# {in_markdown(render_headline(results))}", ""]
    lines += _findings(results)
    lines += _faults(results)
    lines += _stale(results)
    lines += _rules(results)
    return "\n".join(lines) + "\n"


def _findings(results: Results) -> Iterator[str]:
    """Tell of each rule that is broken what came of it in the first case."""
    for rule in results.rules:
        if not rule.findings or rule.severity is Severity.MAY:
            continue
        finding = next((f for f in rule.findings if not f.baseline), rule.findings[0])
        yield f"### {_MARKS[rule.verdict]} `{rule.id}` ({rule.severity})"
        yield ""
        yield f"- expected: {in_markdown(finding.expected)}"
        yield f"- got: {in_markdown(finding.got)}"
        yield f"- in: {_code(finding.case)}, {_counted(rule)}"
        if finding.baseline:
            yield f"- known: {in_markdown(finding.baseline)}"
        yield ""


def _counted(rule: RuleResult) -> str:
    cases = len({finding.case for finding in rule.findings})
    known = sum(finding.baseline is not None for finding in rule.findings)
    told = f"{len(rule.findings)} in all, in {cases} case{'s' * (cases > 1)}"
    return f"{told}, {known} known" if known else told


def _faults(results: Results) -> Iterator[str]:
    faults = [case for case in results.cases if case.outcome.endswith("-fault")]
    for case in faults:
        first = (case.reason or "").partition("\n")[0]
        yield f"- {case.outcome} in {_code(case.id)}: {in_markdown(first)}"
    if faults:
        yield ""


def _stale(results: Results) -> Iterator[str]:
    for entry in results.stale:
        where = f"`{entry.rule}` in {_code(entry.case)}"
        yield f"- stale in the baseline: {where}, {in_markdown(entry.why)}"
    if results.stale:
        yield ""


def _rules(results: Results) -> Iterator[str]:
    yield f"<details><summary>All {len(results.rules)} rules</summary>"
    yield ""
    yield "| rule | severity | verdict | exposures |"
    yield "| --- | --- | --- | --: |"
    for rule in results.rules:
        verdict = f"{_MARKS[rule.verdict]} {rule.verdict}".strip()
        yield f"| `{rule.id}` | {rule.severity} | {verdict} | {rule.exposures} |"
    yield ""
    yield "</details>"


def _code(text: str) -> str:
    """Return *text* as code, which no mark within it can end."""
    return f"`{text}`" if set(text).isdisjoint("`\n\r<") else in_markdown(text)
