"""Results as Markdown."""

from collections.abc import Callable

import msgspec

from harness.domain.results import Results, StaleEntry
from reports.markdown import render_markdown


def test_table(results: Results) -> None:
    """Every rule has a row with severity, verdict and exposures; violations stand out."""
    rows = [line for line in render_markdown(results).splitlines() if line[:3] == "| `"]
    assert rows == [
        "| `submit/failed-waits-for-next-session` | must | ✗ violated | 14 |",
        "| `auth/requested-at-start` | must | ✓ satisfied | 3 |",
        "| `retention/no-limit-in-lts` | should | ○ not-observable | 0 |",
    ]


def test_findings(results: Results) -> None:
    """What was found is told first, with rule, case, expected and got."""
    lines = render_markdown(results).splitlines()
    assert lines[2:7] == [
        "### ✗ `submit/failed-waits-for-next-session` (must)",
        "",
        "- expected: no second submission of slot 08:03 before the next start",
        "- got: POST at 08:06:00.200 carries it again",
        "- in: `submit/one-failure`, 1 in all, in 1 case",
    ]


def test_faults_and_stale_entries(results: Results) -> None:
    """A fault is told in a line, and so is each entry of the baseline that should go."""
    stale = StaleEntry(rule="a/b", case="c/*", why="its case passes now", owner="me")
    lines = render_markdown(msgspec.structs.replace(results, stale=(stale,))).splitlines()
    assert "- driver-fault in `usage/killed`: driver 'x' broke its contract" in lines
    assert "- stale in the baseline: `a/b` in `c/*`, its case passes now" in lines


def test_known_failures(with_finding: Callable[..., Results]) -> None:
    """A finding that the baseline excuses says why."""
    text = render_markdown(with_finding(baseline="ticket 7"))
    assert "- in: `submit/one-failure`, 1 in all, in 1 case, 1 known" in text
    assert "- known: ticket 7" in text


def test_headline(results: Results) -> None:
    """The title says which SDK it was and how it went."""
    title = render_markdown(results).splitlines()[0]
    assert title.startswith("# acme-scan 8.4 (dbr, DLS, injected clock): does NOT conform.")


def test_hostile_text(with_finding: Callable[..., Results]) -> None:
    """What an SDK has sent is not read as markup."""
    got = "a|b `c` <img src=x> [link](http://x) *bold* _it_ # \n- item\r\x0b\u2028x \\"
    (told,) = (
        t for t in render_markdown(with_finding(got=got)).splitlines() if t[:6] == "- got:"
    )
    assert told.endswith(
        r"got: a\|b \`c\` \<img src=x\> \[link\](http://x) \*bold\* \_it\_ \#  - item   x "
        r"\\"
    )


def test_hostile_name(results: Results) -> None:
    """The SDK's name and version in the title are not read as markup either."""
    sdk = msgspec.structs.replace(results.sdk, name="x\n<script>|", version="`1`")
    text = render_markdown(msgspec.structs.replace(results, sdk=sdk))
    assert "\\<script\\>\\|" in text
    assert text.splitlines()[1] == ""
