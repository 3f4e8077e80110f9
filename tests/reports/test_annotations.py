"""Results as commands to GitHub's runner."""

from collections.abc import Callable

import msgspec

from harness.domain.results import Results, StaleEntry
from harness.domain.verdict import Severity
from reports.annotations import render_annotations


def test_faults_and_broken_rules(results: Results) -> None:
    """Each fault and each broken rule is an error, with what was expected and got."""
    assert render_annotations(results).splitlines() == [
        "::error title=driver-fault in usage/killed::driver 'x' broke its contract%0A"
        "  expected  an answer",
        "::error title=submit/failed-waits-for-next-session in submit/one-failure::"
        "expected no second submission of slot 08:03 before the next start; got POST at "
        "08:06:00.200 carries it again (1 in all)",
    ]


def test_should_warns_and_may_is_silent(results: Results) -> None:
    """A should rule warns; what may be is nobody's concern."""
    kinds = []
    for severity in (Severity.SHOULD, Severity.MAY):
        rule = msgspec.structs.replace(results.rules[0], severity=severity)
        changed = msgspec.structs.replace(results, rules=(rule,), cases=())
        kinds.append(render_annotations(changed).partition(" ")[0])
    assert kinds == ["::warning", ""]


def test_known_failures_are_silent(with_finding: Callable[..., Results]) -> None:
    """What the baseline excuses annotates nothing; an entry that is stale does."""
    known = msgspec.structs.replace(with_finding(baseline="ticket 7"), cases=())
    assert render_annotations(known) == ""
    entry = StaleEntry(rule="a/b", case="c", why="its case passes now", owner="me")
    stale = msgspec.structs.replace(known, stale=(entry,))
    assert render_annotations(stale).startswith("::error title=stale baseline::a/b in c")


def test_hostile_text_is_no_command(with_finding: Callable[..., Results]) -> None:
    """Text with line breaks and colons begins no command of its own."""
    hostile = "x\n::error::y\r::stop-commands::z\u2028::add-mask::q 100%"
    text = render_annotations(with_finding(got=hostile, case=f"a,b:{hostile}"))
    assert len(text.splitlines()) == 2
    assert all(line.startswith("::error title=") for line in text.splitlines())
    assert "100%25" in text
