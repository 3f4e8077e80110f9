"""Rules that could not be judged, and what would buy them back."""

import re
from collections import defaultdict
from collections.abc import Iterable

from harness.domain.results import RuleResult
from harness.domain.verdict import Verdict

_KIND = re.compile(r"(?P<kind>[a-z]+)(?: \((?P<what>[^)]*)\))?")
_PREFIX = "no evidence of: "
_SUITE = "the active suite (dlscheck run)"


def render_lost(rules: Iterable[RuleResult]) -> str:
    """Say for the rules that were not observable what would make them so, by price."""
    bought: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        lacks_evidence = (rule.reason or "").startswith(_PREFIX)
        if rule.verdict is Verdict.NOT_OBSERVABLE and lacks_evidence:
            bought[_price(rule.reason or "")].append(rule.id)
    if not bought:
        return ""
    lines = ["not observable here; what would buy it back:"]
    for price in sorted(bought, key=lambda price: (price == _SUITE, price)):
        lines.append(f"  {price}: {', '.join(bought[price])}")
    return "\n".join(lines)


def _price(reason: str) -> str:
    lacking = [
        (match["kind"], match["what"])
        for match in _KIND.finditer(reason.removeprefix(_PREFIX))
    ]
    kinds = {kind for kind, _ in lacking}
    untold = {what for kind, what in lacking if kind == "config"} & {None, "certificates"}
    if kinds & {"usage", "outcome", "clock"} or untold:
        return _SUITE
    return " and ".join(_hint(kind, what) for kind, what in lacking)


def _hint(kind: str, what: str | None) -> str:
    if kind == "message":
        return f"a wire profile that decodes {what or 'messages'}"
    if kind == "session":
        return "--sessions FILE"
    name = (what or "").partition(" or ")[0]
    return f"--expect {name}=..."
