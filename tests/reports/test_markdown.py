"""Results as Markdown."""

from collections.abc import Callable

import msgspec

from harness.domain.results import Results
from reports.markdown import render_markdown


def test_table(results: Results) -> None:
    """Every rule has a row with severity, verdict and exposures; violations stand out."""
    rows = [line for line in render_markdown(results).splitlines() if line[:3] == "| `"]
    assert rows == [
        "| `submit/failed-waits-for-next-session` | must | **violated** | 14 |",
        "| `auth/requested-at-start` | must | satisfied | 3 |",
        "| `retention/no-limit-in-lts` | should | not-observable | 0 |",
    ]


def test_findings(results: Results) -> None:
    """What was found is told with rule, case, expected and got."""
    last = render_markdown(results).splitlines()[-1]
    assert last == (
        "- `submit/failed-waits-for-next-session` in `submit/one-failure`: expected no "
        "second submission of slot 08:03 before the next start; got POST at 08:06:00.200 "
        "carries it again (1 in all)"
    )


def test_headline(results: Results) -> None:
    """The title says which SDK it was and how it went."""
    title = render_markdown(results).splitlines()[0]
    assert title.startswith("# acme-scan 8.4 (dbr, DLS, injected clock): does NOT conform.")


def test_hostile_text(with_finding: Callable[..., Results]) -> None:
    """What an SDK has sent is not read as markup."""
    got = "a|b `c` <img src=x> [link](http://x) *bold* _it_ # \n- item\r\x0b\u2028x \\"
    last = render_markdown(with_finding(got=got)).splitlines()[-1]
    assert last.endswith(
        r"got a\|b \`c\` \<img src=x\> \[link\](http://x) \*bold\* \_it\_ \#  - item   x "
        r"\\ (1 in all)"
    )


def test_hostile_name(results: Results) -> None:
    """The SDK's name and version in the title are not read as markup either."""
    sdk = msgspec.structs.replace(results.sdk, name="x\n<script>|", version="`1`")
    text = render_markdown(msgspec.structs.replace(results, sdk=sdk))
    assert "\\<script\\>\\|" in text
    assert text.splitlines()[1] == ""
