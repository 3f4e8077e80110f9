"""Was what somebody expects really sent? If not, what came near it."""

from typing import Annotated

import msgspec

from mock_server.journal.criteria import Criteria
from mock_server.journal.journal import Journal

#: How many exchanges that nearly met the criteria are told.
_MOST_NEAR = 5

_Count = Annotated[int, msgspec.Meta(ge=0)]


class Expectation(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """
    How many exchanges meet *criteria*; without a count, at least one.

    Attributes:
        exactly, at_least, at_most: The first excludes the other two.
    """

    criteria: Criteria = Criteria()
    exactly: _Count | None = None
    at_least: _Count | None = None
    at_most: _Count | None = None


class NearMiss(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the journal that does not meet the criteria, and why not."""

    number: int
    differences: tuple[str, ...]


class Verdict(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """
    What became of an expectation.

    Attributes:
        met: ``None``: the journal has forgotten too much to know.
        found: Numbers of the entries that meet the criteria, as far as they are kept.
        near_misses: Of an expectation that is not met, what comes nearest.
        message: All of this in words.
    """

    met: bool | None
    found: tuple[int, ...]
    complete: bool
    near_misses: tuple[NearMiss, ...] = ()
    message: str = ""


def verify(journal: Journal, expectation: Expectation) -> Verdict:
    """
    Say whether *journal* is as expected.

    Raises:
        ValueError: The counts of *expectation* contradict one another.
    """
    low, high = _bounds(expectation)
    criteria = expectation.criteria
    found = tuple(entry.number for entry in journal.entries(criteria))
    is_complete = journal.is_complete(criteria)
    met = _is_met(len(found), low, high, is_complete=is_complete)
    misses = () if met else _near_misses(journal, criteria)
    return Verdict(
        met=met,
        found=found,
        complete=is_complete,
        near_misses=misses,
        message=_message(met, len(found), _wanted(low, high), misses, journal),
    )


def _bounds(expectation: Expectation) -> tuple[int, int | None]:
    exactly, low, high = expectation.exactly, expectation.at_least, expectation.at_most
    if exactly is not None:
        if low is not None or high is not None:
            raise ValueError("exactly: expected without atLeast and atMost")
        return exactly, exactly
    if low is not None and high is not None and low > high:
        raise ValueError(f"atLeast: expected at most atMost ({high}), got {low}")
    if low is None:
        return (1, None) if high is None else (0, high)
    return low, high


def _is_met(found: int, low: int, high: int | None, *, is_complete: bool) -> bool | None:
    """What is found already can be too much for ever, or enough where more may be."""
    if high is not None and found > high:
        return False
    if not is_complete and (high is not None or found < low):
        return None
    return found >= low


def _near_misses(journal: Journal, criteria: Criteria) -> tuple[NearMiss, ...]:
    """Return what differs least, the latest first among equals."""
    misses = [
        NearMiss(number=entry.number, differences=differences)
        for entry in journal.entries(Criteria())
        if (differences := criteria.differences(entry.exchange))
    ]
    misses.sort(key=lambda miss: (len(miss.differences), -miss.number))
    return tuple(misses[:_MOST_NEAR])


def _wanted(low: int, high: int | None) -> str:
    if low == high:
        return f"exactly {low}"
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low == 0 else f"{low} to {high}"


def _message(
    met: bool | None,
    found: int,
    wanted: str,
    misses: tuple[NearMiss, ...],
    journal: Journal,
) -> str:
    line = f"expected {wanted}, found {found}"
    if met:
        return line
    if met is None:
        why = f"{journal.evicted} older exchanges were evicted"
        if journal.began_late:
            why = "the server was started again since"
        line = f"{line}; incomplete: {why}"
    near = [f"#{miss.number} {'; '.join(miss.differences)}" for miss in misses]
    return "\n  near miss: ".join([line, *near])
