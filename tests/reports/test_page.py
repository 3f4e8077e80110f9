"""The page, as text."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from harness.domain.results import Results, StaleEntry
from harness.domain.verdict import Severity
from reports.page.dossier import Dossier, Evidence
from reports.page.render import render_page

HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>\x1b[31m {{ 7*7 }}"


def test_asks_no_network(results: Results, dossier: Dossier) -> None:
    """The page names no other resource: nothing is loaded from anywhere."""
    text = render_page(results, dossier)
    for way in (" src=", "@import", "url(", "http://fonts", "<link", "https://"):
        assert way not in text


def test_every_finding_has_a_place_of_its_own(results: Results, dossier: Dossier) -> None:
    """A link to a finding leads to just one, even where two have one fingerprint."""
    (rule, *others) = results.rules
    twice = msgspec.structs.replace(rule, findings=rule.findings * 2)
    text = render_page(msgspec.structs.replace(results, rules=(twice, *others)), dossier)
    assert text.count('<article class="finding" id="finding-f1">') == 1
    assert text.count('<article class="finding" id="finding-f1-2">') == 1


def test_every_rule_and_every_case_is_told(results: Results, dossier: Dossier) -> None:
    """No rule and no case is passed over, whatever became of it."""
    text = render_page(results, dossier)
    for name in (*(r.id for r in results.rules), *(c.id for c in results.cases)):
        assert name in text


def test_without_evidence(results: Results) -> None:
    """Results alone make a page too: it says where the recording is."""
    text = render_page(results, Dossier())
    assert "What happened is in <code>recordings/submit-one-failure.jsonl</code>" in text


@pytest.mark.parametrize("field", ["got", "expected", "client_uuid", "fingerprint", "case"])
def test_hostile_text_is_text(
    with_finding: Callable[..., Results], dossier: Dossier, field: str
) -> None:
    """What an SDK has sent is never markup, nor a template."""
    results = with_finding(**{field: HOSTILE})
    if field == "case":
        case = msgspec.structs.replace(results.cases[0], id=HOSTILE)
        results = msgspec.structs.replace(results, cases=(case,))
    text = render_page(results, dossier)
    assert "<img" not in text
    assert "<script>alert" not in text
    assert "{{ 7*7 }}" in text
    assert "\x1b" not in text


def test_hostile_events(results: Results, dossier: Dossier, told: Any) -> None:
    """What stands in a recording is text as well: bodies, types, paths."""
    told[4] = msgspec.structs.replace(told[4], type=HOSTILE)
    told[7] = msgspec.structs.replace(told[7], body=HOSTILE, path=HOSTILE, fault=HOSTILE)
    (case,) = dossier.evidence
    changed = Dossier(dossier.rules, {case: Evidence(events=told)})
    text = render_page(results, changed)
    assert "<img" not in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("severity", list(Severity))
def test_gravest_first(results: Results, dossier: Dossier, severity: Severity) -> None:
    """A case stands below the gravest of the rules that it breaks."""
    first, second, third = results.rules
    finding = msgspec.structs.replace(first.findings[0], fingerprint="f2")
    other = msgspec.structs.replace(second, severity=severity, findings=(finding,))
    should = msgspec.structs.replace(first, severity=Severity.SHOULD)
    changed = msgspec.structs.replace(results, rules=(should, other, third))
    text = render_page(changed, dossier)
    group = other if severity is Severity.MUST else should
    assert text.count('<section class="group"') == 1
    assert f'<section class="group" aria-label="{group.id}">' in text


def test_practices_are_told(results: Results, dossier: Dossier) -> None:
    """Of a practice it is told which way the SDK went, and how often."""
    may = msgspec.structs.replace(
        results.rules[1], severity=Severity.MAY, observed={"asks again": 2}
    )
    changed = msgspec.structs.replace(results, rules=(results.rules[0], may))
    assert "asks again (2)" in render_page(changed, dossier)


def test_a_capture_has_no_ledger(results: Results, dossier: Dossier) -> None:
    """Nobody knows what was done in a capture, so its page keeps no books."""
    capture = msgspec.structs.replace(results, source="inspect")
    assert 'id="ledger"' in render_page(results, dossier)
    assert 'id="ledger"' not in render_page(capture, dossier)


def test_stale_entries(results: Results, dossier: Dossier) -> None:
    """Entries of the baseline that should go have a table of their own."""
    stale = StaleEntry(rule="a/b", case="c/*", why="its case passes now", owner="me")
    text = render_page(msgspec.structs.replace(results, stale=(stale,)), dossier)
    assert "<td>its case passes now</td><td>me</td>" in text
