"""Results in a terminal and in a log."""

import io
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from rich.console import Console

from harness.domain.results import Results, StaleEntry
from harness.domain.verdict import Severity
from reports.level import Level
from reports.terminal import print_results

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def _printed(results: Results, width: int, *, terminal: bool = False) -> str:
    file = io.StringIO()
    colours: Any = {"force_terminal": True, "color_system": "standard"} if terminal else {}
    print_results(results, Console(file=file, width=width, **colours))
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_line_is_too_long(results: Results, width: int) -> None:
    """No line is longer than the terminal is wide, and none ends in blanks."""
    lines = _printed(results, width).splitlines()
    assert max(map(len, lines)) <= width
    rows = lines[: lines.index("")]
    assert [row for row in rows if row != row.rstrip()] == []


def test_table_at_80_columns(results: Results) -> None:
    """At 80 columns a rule has one line with all its columns, its reason is below it."""
    assert _printed(results, 80).splitlines()[:7] == [
        "rule                                  severity  verdict         exposures",
        "submit/failed-waits-for-next-session  must      violated               14",
        "    1 finding",
        "auth/requested-at-start               must      satisfied               3",
        "retention/no-limit-in-lts             should    not-observable          0",
        "    no evidence of: usage, session, and a few more things that fill the line",
        "",
    ]


def test_table_in_a_log(results: Results) -> None:
    """Where there is room the reason stands in the same line, so that grep finds it."""
    lines = _printed(results, 160).splitlines()
    assert lines[1].endswith("violated               14  1 finding")
    assert lines[3].endswith(" 0  " + (results.rules[2].reason or ""))


def test_long_reason_wraps(results: Results) -> None:
    """A reason longer than a line is wrapped, none of its words lost."""
    reason = "word " * 60 + "end"
    rule = msgspec.structs.replace(results.rules[2], reason=reason)
    told = _printed(msgspec.structs.replace(results, rules=(rule,)), 80)
    assert told.count("word") == 60
    assert max(map(len, told.splitlines())) <= 80


def test_findings_faults_ledger_and_headline(results: Results) -> None:
    """After the table come faults, findings, the ledger, the headline and the times."""
    text = _printed(results, 140)
    places = [
        text.index(part)
        for part in (
            "driver-fault in case usage/killed",
            "submit/failed-waits-for-next-session (must) violated by client '6f0c-77'",
            "  expected  no second submission",
            "  got       POST at 08:06:00.200",
            "  so also   usage/nothing-invented: 2 units too many",
            "  cases     submit/one-failure (1 finding)",
            "ledger, in units: 12 performed, 10 stored, 0 pending, 0 purged, 2 lost",
            "acme-scan 8.4 (dbr, DLS, injected clock): does NOT conform.",
            "61d of virtual time in 6.1 s",
        )
    ]
    assert places == sorted(places)


def test_colours_on_a_terminal_alone(results: Results) -> None:
    """A terminal gets colours, a log gets none; the text is the same."""
    coloured = _printed(results, 80, terminal=True)
    assert "\x1b[1;31m" in coloured
    plain = _printed(results, 80)
    assert "\x1b" not in plain
    assert _ESCAPE.sub("", coloured) == plain


def test_no_color(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set a terminal gets no colours."""
    monkeypatch.setenv("NO_COLOR", "1")
    codes = set(_ESCAPE.findall(_printed(results, 80, terminal=True)))
    assert codes <= {"\x1b[0m", "\x1b[1m", "\x1b[2m"}


def test_hostile_text(with_finding: Callable[..., Results]) -> None:
    """What an SDK has sent is shown as it is: no markup, no control codes."""
    text = _printed(with_finding(got="[bold red]x[/] \x1b[2J\a \x9b31m"), 140)
    assert "[bold red]x[/]" in text
    assert not set("\x1b\a\x9b") & set(text)


@pytest.mark.parametrize("exit_code", [0, 1, 3, 4, 5, 6])
def test_every_exit_code_has_its_words(results: Results, exit_code: int) -> None:
    """Whatever the exit code, the headline can be told."""
    text = _printed(msgspec.structs.replace(results, exit=exit_code), 140)
    assert "acme-scan 8.4" in text


def test_nothing_at_all(results: Results) -> None:
    """A run without a single rule can be told as well."""
    text = _printed(msgspec.structs.replace(results, rules=(), cases=()), 80)
    assert text.startswith("rule  severity")


def _told(results: Results, level: Level, timelines: Any = None) -> str:
    file = io.StringIO()
    print_results(results, Console(file=file, width=140), level, timelines)
    return file.getvalue()


def test_only_what_is_wrong_is_listed(results: Results) -> None:
    """Rules that are kept are not listed unless all are asked for."""
    told = _told(results, Level.NORMAL)
    assert "submit/failed-waits-for-next-session  must" in told
    assert "auth/requested-at-start" not in told
    assert "auth/requested-at-start" in _told(results, Level.VERBOSE)


def test_what_is_missing_is_listed(results: Results) -> None:
    """Of an incomplete run the must rules are listed that could not be judged."""
    silent = msgspec.structs.replace(results.rules[2], severity=Severity.MUST)
    incomplete = msgspec.structs.replace(
        results, rules=(*results.rules[1:2], silent), cases=(), exit=3
    )
    assert silent.id in _told(incomplete, Level.NORMAL)
    green = msgspec.structs.replace(incomplete, exit=0)
    assert silent.id not in _told(green, Level.NORMAL)


def test_quiet_when_all_is_well(results: Results) -> None:
    """Without anything wrong there is the ledger and the verdict; quiet, the verdict."""
    green = msgspec.structs.replace(results, rules=results.rules[1:2], cases=(), exit=0)
    assert len(_told(green, Level.NORMAL).split("\n")) == 6
    assert _told(green, Level.QUIET).strip().startswith("acme-scan 8.4")


def test_timeline_of_a_broken_rule(results: Results) -> None:
    """A broken rule is followed by what happened, unless it should be quiet."""
    timelines = {results.rules[0].id: "what\nhappened"}
    assert "\n\nwhat\nhappened\n" in _told(results, Level.NORMAL, timelines)
    assert "what\nhappened" not in _told(results, Level.QUIET, timelines)


def test_stale_entries_are_named(results: Results) -> None:
    """Each entry of the baseline that should go is named, with why and whose it is."""
    stale = StaleEntry(rule="a/b", case="c/*", why="expired", owner="me", ticket="A-7")
    told = _told(msgspec.structs.replace(results, stale=(stale,)), Level.QUIET)
    assert "stale in the baseline: a/b in c/*: expired (me, A-7)" in told


def test_known_failures_are_counted(with_finding: Callable[..., Results]) -> None:
    """Of the findings of a rule it is told how many are known."""
    assert "1 finding, 1 known" in _told(with_finding(baseline="7"), Level.NORMAL)
