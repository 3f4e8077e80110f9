"""Results as Markdown, for a merge request or a step summary."""

from harness.domain.results import Results
from harness.domain.verdict import Verdict
from reports.headline import render_headline


def render_markdown(results: Results) -> str:
    """Return the summary: the headline, a table of rules, what was found."""
    lines = [f"# {render_headline(results)}", ""]
    lines += ["| rule | severity | verdict | exposures |", "| --- | --- | --- | --: |"]
    for rule in results.rules:
        mark = "**violated**" if rule.verdict is Verdict.VIOLATED else rule.verdict
        lines.append(f"| `{rule.id}` | {rule.severity} | {mark} | {rule.exposures} |")
    lines.append("")
    for rule in results.rules:
        for finding in rule.findings[:1]:
            lines += [
                f"- `{rule.id}` in `{finding.case}`: expected {_cell(finding.expected)}; "
                f"got {_cell(finding.got)} ({len(rule.findings)} in all)"
            ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Keep Markdown from reading what an SDK has sent as markup."""
    safe = text.replace("\\", "\\\\").replace("<", "&lt;").replace("\n", " ")
    return safe.replace("|", "\\|").replace("`", "'")
