"""Results as commands to GitHub's runner, which shows them beside the build."""

from collections.abc import Iterator

from harness.domain.results import Results
from harness.domain.verdict import Severity
from reports.plain import printable

#: The runner shows no more than ten of each kind.
_MOST = 10
_KINDS = {Severity.MUST: "error", Severity.SHOULD: "warning"}


def render_annotations(results: Results) -> str:
    """Return a line for each broken rule, each fault and each stale entry."""
    lines = [*_faults(results), *_findings(results), *_stale(results)]
    return "".join(f"{line}\n" for line in lines)


def _findings(results: Results) -> Iterator[str]:
    """Tell of each rule what went wrong first, unless all of it is known."""
    told = [
        (rule, [finding for finding in rule.findings if not finding.baseline])
        for rule in results.rules
        if rule.severity in _KINDS
    ]
    for rule, findings in [item for item in told if item[1]][:_MOST]:
        first = findings[0]
        text = f"expected {first.expected}; got {first.got} ({len(findings)} in all)"
        title = f"{rule.id} in {first.case}"
        yield _command(_KINDS[rule.severity], title, text)


def _faults(results: Results) -> Iterator[str]:
    faults = [case for case in results.cases if case.outcome.endswith("-fault")]
    for case in faults[:_MOST]:
        yield _command("error", f"{case.outcome} in {case.id}", case.reason or "")


def _stale(results: Results) -> Iterator[str]:
    for entry in results.stale[:_MOST]:
        yield _command(
            "error", "stale baseline", f"{entry.rule} in {entry.case}: {entry.why}"
        )


def _command(kind: str, title: str, text: str) -> str:
    title = _escaped(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} title={title}::{_escaped(text)}"


def _escaped(text: str) -> str:
    """Write what would end a command, or begin another one, as the runner wants it."""
    plain = printable(text.replace("%", "%25").replace("\n", "%0A"))
    return " ".join(plain.splitlines())
