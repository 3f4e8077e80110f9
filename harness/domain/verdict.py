"""What can be said of a rule, and how bad it is."""

from enum import StrEnum


class Severity(StrEnum):
    """How binding a rule is."""

    #: Explicit in a seed document: a violation fails a gate.
    MUST = "must"
    #: Explicit elsewhere, or the sensible reading: warns; fails a strict gate.
    SHOULD = "should"
    #: Undocumented: informs which way an SDK went.
    MAY = "may"


class Verdict(StrEnum):
    """What a recording says about one rule. Only *satisfied* is green."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    NOT_EXERCISED = "not-exercised"
    NOT_OBSERVABLE = "not-observable"
    NOT_APPLICABLE = "not-applicable"
