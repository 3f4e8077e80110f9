"""A violation as text."""

import msgspec

from harness.domain.results import Finding, RuleResult
from reports.failure import render_failure, render_finding


def test_names_what_a_vendor_needs(rule: RuleResult) -> None:
    """The text names rule, client, device, instant, both requests and consequences."""
    text = render_finding(rule, rule.findings[0])
    assert text.splitlines() == [
        "submit/failed-waits-for-next-session (must) violated by client '6f0c-77' on "
        "device 'a' at 2026-03-01T08:06:00.200Z",
        "  expected  no second submission of slot 08:03 before the next start",
        "  got       POST at 08:06:00.200 carries it again",
        "  event     #6 POST /dls/usage at 08:03:30: status 503",
        "  event     #7 POST /dls/usage: accepted",
        "  so also   usage/nothing-invented: 2 units too many",
    ]


def _of(rule: RuleResult, *findings: Finding) -> RuleResult:
    return msgspec.structs.replace(rule, findings=findings)


def test_unknown_client(rule: RuleResult) -> None:
    """A client that never said who it is is called unknown."""
    finding = msgspec.structs.replace(rule.findings[0], client_uuid=None)
    assert "by client 'unknown'" in render_finding(rule, finding)


def test_baseline_is_told(rule: RuleResult) -> None:
    """A finding that the baseline excuses says so, with the reason."""
    finding = msgspec.structs.replace(rule.findings[0], baseline="ticket 7")
    assert "  baseline  ticket 7" in render_finding(rule, finding).splitlines()


def test_many_findings_are_counted(rule: RuleResult) -> None:
    """Of many findings of one rule three are shown, and the others are counted."""
    text = render_failure("a/b", [_of(rule, *rule.findings * 8)])
    assert text.startswith("case a/b\n")
    assert text.count(" violated by ") == 3
    assert text.endswith("... and 5 more of submit/failed-waits-for-next-session")
