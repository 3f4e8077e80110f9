"""Results as Markdown, for a merge request or a step summary."""

from harness.domain.results import Results
from harness.domain.verdict import Verdict
from reports.headline import render_headline
from reports.plain import in_markdown


def render_markdown(results: Results) -> str:
    """Return the summary: the headline, a table of rules, what was found."""
    lines = [f"# {in_markdown(render_headline(results))}", ""]
    lines += ["| rule | severity | verdict | exposures |", "| --- | --- | --- | --: |"]
    for rule in results.rules:
        mark = "**violated**" if rule.verdict is Verdict.VIOLATED else rule.verdict
        lines.append(f"| `{rule.id}` | {rule.severity} | {mark} | {rule.exposures} |")
    lines.append("")
    for rule in results.rules:
        for finding in rule.findings[:1]:
            expected, got = in_markdown(finding.expected), in_markdown(finding.got)
            lines.append(
                f"- `{rule.id}` in `{finding.case}`: expected {expected}; got {got} "
                f"({len(rule.findings)} in all)"
            )
    return "\n".join(lines) + "\n"
