"""What a recording lacks for a rule to be judged."""

from harness.domain.evidence import Evidence
from harness.domain.recording import RecordingOpened
from harness.rules.rule import Rule

#: Families whose rules are about the authorisation; all others are about usage.
_ABOUT_AUTHORISATION = ("auth", "identity", "failover", "offline", "server")

#: What settings are called where an inspector tells them.
_OPTIONS = {
    "handshake_code": "handshake-code",
    "organization_id": "organization-id",
    "session_password": "session-password",
    "servers": "server",
}


def lacking_evidence(rule: type[Rule], opened: RecordingOpened) -> list[str]:
    """Return what *rule* lacks in the recording that *opened* begins, in words."""
    at_hand = frozenset(opened.evidence)
    if Evidence.USAGE in at_hand:
        unmet = [str(kind) for kind in sorted(rule.evidence - at_hand)]
        return unmet + _unread(rule, opened, rule.evidence)
    ways = [way for way in (rule.evidence, rule.weaker, rule.weakest) if way is not None]
    lacking = [_lacking(rule, opened, way) for way in ways]
    # Where no way is open, the one that asks for less by captures is told.
    return next((one for one in lacking if not one), lacking[min(1, len(ways) - 1)])


def _lacking(
    rule: type[Rule], opened: RecordingOpened, needed: frozenset[Evidence]
) -> list[str]:
    at_hand = frozenset(opened.evidence)
    lacking = [str(kind) for kind in sorted(needed - at_hand) if kind != Evidence.CONFIG]
    lacking += _unread(rule, opened, needed)
    if Evidence.CONFIG in needed and not _is_told(rule, opened):
        names = " or ".join(_OPTIONS.get(name, name) for name in rule.told)
        lacking.append(f"config ({names})" if names else "config")
    return lacking


def _unread(
    rule: type[Rule], opened: RecordingOpened, needed: frozenset[Evidence]
) -> list[str]:
    """Name the messages that the profile would have to decode, and does not."""
    at_hand = frozenset(opened.evidence)
    if Evidence.MESSAGE not in needed & at_hand:
        return []
    missing = [kind for kind in _reads(rule, needed - at_hand) if kind not in opened.reads]
    return [f"message ({', '.join(missing)})"] if missing else []


def _reads(rule: type[Rule], inferred: frozenset[Evidence]) -> tuple[str, ...]:
    """Name the messages that must be decoded, where some evidence has to be *inferred*."""
    family = rule.id.partition("/")[0]
    is_of_asking = family in _ABOUT_AUTHORISATION
    reads = rule.reads or (("authorization",) if is_of_asking else ("usage",))
    if family == "submit":
        reads = (*reads, "answer")
    needs_grants = Evidence.SESSION in inferred
    wanted = {*reads, *(("authorization", "answer") if needs_grants else ())}
    return tuple(sorted(wanted))


def _is_told(rule: type[Rule], opened: RecordingOpened) -> bool:
    """Tell whether the inspector has said one of the things that the rule asks for."""
    told = [getattr(opened.told, name, None) for name in rule.told if name != "device"]
    return any(told) or ("device" in rule.told and opened.device is not None)
