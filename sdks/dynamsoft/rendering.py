"""What was seen of the vendor's SDKs, as text and as a page of the documentation."""

from collections.abc import Iterable, Mapping, Sequence

from harness.domain.results import RuleResult
from harness.domain.verdict import Severity, Verdict
from harness.rules.catalogue import RULES_BY_ID
from sdks.dynamsoft.proxied import Proxied
from sdks.dynamsoft.subject import Seen, knows_proxies

_HEAD = """\
# Real SDKs

What SDKs of the vendor's do where no server authorises them, as the rules see it. They
were fetched from the public registries, driven by their documented functions, and run
in a network that begins and ends on one machine. The mock server answered them with
errors, cut connections and empty bodies; no licence key was used, and nothing that
authorises was sent. So this page is about asking for authorisation, identity, failover
and certificates, and says nothing of usage reports.

A satisfied rule is told with how often its premise occurred, a violated one with how
many findings there were among how many such occasions. *should* and *may* are our
reading of what is good practice or undocumented: whoever violates one breaks no
promise. What follows was observed on {date}.

`make real-sdks` plays it again, and `make real-sdks WRITE=--write` writes this page.
"""

_ABOUT = """\
## How to read it

- A start counts as successful where the SDK told its caller of no error. An HTTP error,
  a connection that breaks, and an answer with nothing in it are all *no authorisation*.
- The SDKs' answers and reports are closed to us. Rules about these are *not
  observable*; rules that need one successful start are *not exercised*. Neither stand
  here.
- In a page connections and certificates are the browser's affair, and the SDK has no
  say in them.
- Process and page have the scenario's clock, as [clocks](clocks.md) tells.
"""


_PROXY = """\
## Through a proxy

One session of each over https, through mitmproxy with the add-on live; the inspector has
told it the handshake code and that there is one device. Afterwards the saved flows are
judged again. A proxy sees no outcome, so it can decide less.
"""


def _way(folder: str) -> str:
    is_told = "`https_proxy`, to `https://dls.test`"
    return is_told if knows_proxies(folder) else "a reverse proxy in place of the server"


def _through(one: Proxied) -> str:
    """Say which rules have a verdict, and whether those of the saved flows are the same."""
    lines = one.live.splitlines()
    told = "; ".join(line for line in lines if "satisfied" in line or "violated" in line)
    return f"{told}; {'the same' if one.live == one.saved else 'ANOTHER'} afterwards"


def figures(seen: Iterable[Seen]) -> str:
    """Return one line for each SDK: how many rules have a verdict."""
    return "\n".join(f"{one.folder:<30} {_figure(one)}" for one in seen)


def _figure(one: Seen) -> str:
    violated = sum(rule.verdict is Verdict.VIOLATED for rule in one.judged)
    return f"{len(one.judged)} rules with a verdict, {violated} of them violated"


def matrix(seen: Sequence[Seen]) -> list[list[str]]:
    """Return the rows: a rule, its severity, and what was seen of it in each SDK."""
    by_sdk = [{rule.id: rule for rule in one.judged} for one in seen]
    shown = [rule for rule in RULES_BY_ID if any(rule in rules for rules in by_sdk)]
    severities = {rule.id: rule.severity for one in seen for rule in one.rules}
    return [
        [rule, str(severities[rule]), *(_cell(rules.get(rule)) for rules in by_sdk)]
        for rule in shown
    ]


def _cell(rule: RuleResult | None) -> str:
    if rule is None:
        return "-"
    if rule.verdict is Verdict.VIOLATED:
        return f"violated {len(rule.findings)}/{rule.exposures}"
    if rule.severity is Severity.MAY and rule.observed:
        ways = sorted(rule.observed.items(), key=lambda way: -way[1])
        return ", ".join(f"{way} {count}" for way, count in ways)
    return f"satisfied {rule.exposures}"


def render_text(seen: Sequence[Seen], proxied: Mapping[str, Proxied]) -> str:
    """Return the matrix for a terminal, and what a proxy saw."""
    head = ["rule", "severity", *(one.folder.removeprefix("dynamsoft-") for one in seen)]
    rows = [head, *matrix(seen)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    through = [f"{name:<30} {_through(one)}" for name, one in proxied.items()]
    return "\n".join([*lines, "", figures(seen), "", "through a proxy:", *through])


def render_page(seen: Sequence[Seen], proxied: Mapping[str, Proxied], date: str) -> str:
    """Return the page, in Markdown; *date* is when it was seen."""
    through = [
        f"| {name} | {_way(name)} | {_through(one)} |" for name, one in proxied.items()
    ]
    return "\n".join(
        [
            _HEAD.format(date=date),
            *_versions(seen),
            "",
            *_table(seen),
            "",
            *_violations(seen),
            _PROXY,
            "| SDK | way | verdicts |",
            "| --- " * 3 + "|",
            *through,
            "",
            _ABOUT,
        ]
    )


def _versions(seen: Sequence[Seen]) -> list[str]:
    rows = (
        f"| [{one.folder}](../sdks/{one.folder}/sdk.yaml) | {one.sdk.name} | "
        f"{one.sdk.version} | {one.clock} | {len(_applying(one))} | {_figure(one)} |"
        for one in seen
    )
    return ["| SDK | package | version | clock | cases | |", "| --- " * 6 + "|", *rows]


def _applying(one: Seen) -> list[str]:
    return [
        report.case.id for report in one.reports if report.case.outcome != "not-applicable"
    ]


def _table(seen: Sequence[Seen]) -> list[str]:
    names = [one.folder.removeprefix("dynamsoft-") for one in seen]
    head = ["## The matrix", "", f"| rule | severity | {' | '.join(names)} |"]
    rows = (f"| `{rule}` | {' | '.join(rest)} |" for rule, *rest in matrix(seen))
    return [*head, "| --- " * (len(names) + 2) + "|", *rows]


def _violations(seen: Sequence[Seen]) -> list[str]:
    """Say of each violation what was expected, what was seen, and in which scenarios."""
    lines = ["## What was violated", ""]
    for one in seen:
        for rule in one.judged:
            if rule.verdict is Verdict.VIOLATED:
                lines += _violation(one, rule)
    return lines if len(lines) > 2 else [*lines, "Nothing.", ""]


def _violation(one: Seen, rule: RuleResult) -> list[str]:
    first = rule.findings[0]
    cases = ", ".join(dict.fromkeys(finding.case for finding in rule.findings))
    got = first.got if len(first.got) < 100 else f"{first.got[:60]}…"
    expected = _without_ports(first.expected)
    told = f"- {one.folder}, `{rule.id}` ({rule.severity}): expected {expected}; got {got}."
    return [f"{told} Seen in {cases}.", ""]


def _without_ports(text: str) -> str:
    """Ports are drawn anew for every run."""
    words = text.split(" ")
    return " ".join("the server" if "127.0.0.1:" in word else word for word in words)
