"""A violation as text, for a reader who has not read our code."""

from collections.abc import Iterable
from pathlib import Path

from harness.domain.results import CaseResult, Finding, RuleResult

#: One mistake shows up many times; more than this tells nothing new.
_FINDINGS_SHOWN = 3


def render_failure(case: str, rules: Iterable[RuleResult]) -> str:
    """Tell what *case* found, rule by rule."""
    parts = []
    for rule in rules:
        for finding in rule.findings[:_FINDINGS_SHOWN]:
            parts.append(render_finding(rule, finding))
        left = len(rule.findings) - _FINDINGS_SHOWN
        if left > 0:
            parts.append(f"... and {left} more of {rule.id}")
    return f"case {case}\n" + "\n".join(parts)


def render_finding(rule: RuleResult, finding: Finding) -> str:
    """Tell one finding: rule, client, instant, expected, got, the events concerned."""
    at = f"{finding.at:%Y-%m-%dT%H:%M:%S}.{finding.at.microsecond // 1000:03d}Z"
    client = finding.client_uuid or "unknown"
    lines = [
        f"{rule.id} ({rule.severity}) violated by client {client!r} "
        f"on device {finding.device!r} at {at}",
        f"  expected  {finding.expected}",
        f"  got       {finding.got}",
    ]
    lines += [f"  event     {text}" for text in finding.involved]
    lines += [f"  so also   {item.rule}: {item.text}" for item in finding.consequences]
    if finding.inferred:
        lines.append(
            "  inferred  the session began with a grant that was seen; no start was"
        )
    if finding.baseline:
        lines.append(f"  baseline  {finding.baseline}")
    return "\n".join(lines)


def render_counterexample(case: CaseResult, folder: Path = Path()) -> str:
    """Tell the story that broke a property and where below *folder* it is, if one did."""
    if not case.counterexample:
        return ""
    return (
        f"\nstory   {folder / case.counterexample}: play it again with dlscheck replay, "
        f"or copy it into cases/\n{case.timeline}"
    )
