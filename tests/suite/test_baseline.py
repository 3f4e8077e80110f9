"""The list of known failures."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.documents.bad_input import BadInput
from harness.domain.recording import Sdk
from harness.domain.results import (
    SCHEMA,
    CaseResult,
    Finding,
    Ledger,
    Results,
    RuleResult,
    totals_of,
)
from harness.domain.verdict import Severity, Verdict
from harness.suite.baseline import Baseline, Entry, updated
from harness.suite.baseline_file import load_baseline, write_baseline

RULE = "submit/by-post"
OTHER = "slot/on-the-grid"
TODAY = date(2026, 6, 1)


def _finding(case: str, fingerprint: str) -> Finding:
    return Finding(
        case=case,
        device="a",
        client_uuid=None,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        entries=(1,),
        expected="e",
        got="g",
        fingerprint=fingerprint,
    )


def _rule(*found: tuple[str, str], id: str = RULE) -> RuleResult:  # noqa: A002
    return RuleResult(
        id=id,
        severity=Severity.MUST,
        verdict=Verdict.VIOLATED if found else Verdict.SATISFIED,
        exposures=9,
        reason=None,
        findings=tuple(_finding(*one) for one in found),
    )


def _entry(**fields: Any) -> Entry:
    told: dict[str, Any] = {
        "rule": RULE,
        "case": "a/b",
        "fingerprints": ("f1",),
        "reason": "being rewritten",
        "owner": "sync team",
        "expires": date(2026, 12, 31),
    }
    return Entry(**{**told, **fields})


def _cases(**outcomes: str) -> list[CaseResult]:
    return [CaseResult(id=f"a/{name}", outcome=told) for name, told in outcomes.items()]


def _excused(entry: Entry, *rules: RuleResult, generation: str = "dls") -> list[bool]:
    told = Baseline((entry,)).excuse(rules, generation)
    return [finding.baseline is not None for rule in told for finding in rule.findings]


@pytest.mark.parametrize(
    ("changes", "excused"),
    [
        ({}, [True, False, False]),
        ({"fingerprints": ()}, [True, True, False]),
        ({"case": "a/*", "fingerprints": ()}, [True, True, True]),
        ({"case": "a/*", "fingerprints": ("f1", "f3")}, [True, False, True]),
        ({"rule": OTHER}, [False, False, False]),
        ({"case": "a"}, [False, False, False]),
        ({"generation": "dls"}, [True, False, False]),
        ({"generation": "lts"}, [False, False, False]),
    ],
)
def test_what_an_entry_excuses(changes: Any, excused: list[bool]) -> None:
    """Findings of its rule, in its cases, with its fingerprints, and no other."""
    rule = _rule(("a/b", "f1"), ("a/b", "f2"), ("a/c", "f3"))
    assert _excused(_entry(**changes), rule) == excused


def test_the_excuse_says_all() -> None:
    """An excused finding tells the reason, the owner, the ticket and how long."""
    (rule,) = Baseline((_entry(ticket="ACME-7"),)).excuse([_rule(("a/b", "f1"))], "dls")
    assert rule.findings[0].baseline == (
        "being rewritten (sync team, ACME-7, until 2026-12-31)"
    )


def _stale(entry: Entry, rule: RuleResult, cases: Any, **rest: Any) -> list[str]:
    baseline, settings = Baseline((entry,)), {"today": TODAY, "is_whole": True, **rest}
    return [told.why for told in baseline.stale([rule], cases, "dls", **settings)]


FAILS = _rule(("a/b", "f1"))


@pytest.mark.parametrize(
    ("changes", "rule", "outcomes", "why"),
    [
        ({}, FAILS, {"b": "violated"}, []),
        ({}, _rule(), {"b": "passed"}, ["its case passes now"]),
        ({}, _rule(("a/b", "f2")), {"b": "violated"}, ["its case passes now"]),
        (
            {"fingerprints": ("f1", "f2")},
            FAILS,
            {"b": "violated"},
            ["not found any more: f2"],
        ),
        ({}, FAILS, {"c": "passed"}, ["no case matches it"]),
        ({}, _rule(), {"b": "driver-fault"}, []),
        ({}, _rule(), {"b": "not-applicable"}, []),
        ({"generation": "lts"}, _rule(), {"b": "passed"}, []),
        (
            {"expires": date(2026, 5, 31)},
            FAILS,
            {"b": "violated"},
            ["expired on 2026-05-31"],
        ),
        ({"expires": TODAY}, FAILS, {"b": "violated"}, []),
    ],
)
def test_what_is_stale(changes: Any, rule: RuleResult, outcomes: Any, why: Any) -> None:
    """An entry that matches nothing, passes now or has expired is named, with why."""
    assert _stale(_entry(**changes), rule, _cases(**outcomes)) == why


def test_a_part_of_the_suite_makes_nothing_stale() -> None:
    """Where only some cases were played, an entry for another one is left alone."""
    assert _stale(_entry(), _rule(), _cases(c="passed"), is_whole=False) == []


def _results(*rules: RuleResult, **outcomes: str) -> Results:
    cases = tuple(_cases(**outcomes))
    return Results(
        schema=SCHEMA,
        dlscheck="0.1.0",
        source="run",
        sdk=Sdk(name="x", version="1", product="dbr", generation="dls"),
        clock="injected",
        seed=None,
        started=datetime(2026, 3, 1, tzinfo=UTC),
        wall_seconds=1.0,
        virtual_seconds=1.0,
        rules=rules,
        cases=cases,
        ledger=Ledger(),
        totals=totals_of(rules, len(cases)),
        exit=1,
    )


def test_update_adds_what_is_missing() -> None:
    """What no entry excuses is told by rule and case, with its fingerprints."""
    results = _results(_rule(("a/b", "f1"), ("a/b", "f2"), ("a/c", "f3")), b="violated")
    kept, missing = updated(Baseline((_entry(),)), results, TODAY, ["must"])
    assert kept.entries == (_entry(),)
    assert missing == [(RULE, "a/b", ("f2",)), (RULE, "a/c", ("f3",))]


def test_update_removes_what_is_stale() -> None:
    """Entries go whose findings are gone or that are too old; others are narrowed."""
    both = _entry(fingerprints=("f1", "f2"))
    old = _entry(case="a/c", fingerprints=("f3",), expires=date(2020, 1, 1))
    foreign = _entry(case="z/z")
    results = _results(_rule(("a/b", "f1"), ("a/c", "f3")), b="violated", c="violated")
    kept, missing = updated(Baseline((both, old, foreign)), results, TODAY, ["must"])
    assert kept.entries == (_entry(), foreign)
    assert missing == [(RULE, "a/c", ("f3",))]


def test_update_leaves_alone_what_does_not_bind() -> None:
    """A rule that fails no gate needs no excuse."""
    should = msgspec.structs.replace(FAILS, severity=Severity.SHOULD)
    results = _results(should, b="violated")
    assert updated(Baseline(), results, TODAY, ["must"])[1] == []
    assert len(updated(Baseline(), results, TODAY, ["must", "should"])[1]) == 1


def test_file_there_and_back(tmp_path: Path) -> None:
    """What was written is read back as it was, whatever words are in it."""
    hard = _entry(reason="no: #1, 'x'\n- y", owner="@a", ticket="2026-01-01", case="a/*")
    baseline = Baseline((hard, _entry(rule=OTHER, generation="dls")))
    write_baseline(baseline, tmp_path / "b.yaml")
    read = load_baseline(tmp_path / "b.yaml")
    assert set(read.entries) == set(baseline.entries)
    write_baseline(Baseline(), tmp_path / "b.yaml")
    assert load_baseline(tmp_path / "b.yaml") == Baseline()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (RULE, "submit/by-pots", "b.yaml:4: entries[0].rule: unknown rule"),
        ("owner:", "woner:", "unknown key 'woner'; Did you mean 'owner'?"),
        ("2026-12-31", "soon", "b.yaml:"),
        ("'f1'", "f1: {}", "b.yaml:"),
        ("dls", "mls", "unknown generation 'mls'"),
    ],
)
def test_a_wrong_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A mistake in the file is told with its line."""
    path = tmp_path / "b.yaml"
    write_baseline(Baseline((_entry(generation="dls", fingerprints=("'f1'",)),)), path)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_baseline(path)
    assert message in str(caught.value)
