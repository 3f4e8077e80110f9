"""Instants in a recording with which nobody can reckon."""

from datetime import datetime
from typing import Any

import msgspec

from harness.domain.instant import in_calendar
from harness.domain.recording import AnyEvent

#: Without any of these there is no such instant: the last year, and escapes, which may
#: spell digits.
_LATE_OR_ESCAPED = (b'"9999-', b"\\u00")
#: The first years. What they have in common is looked for once, since looking for
#: something in all of a recording takes a third as long as decoding it.
_EARLY, _EARLIEST = b'"000', (b'"0000-', b'"0001-')


def may_be_outside(text: bytes) -> bool:
    """Tell, quickly, whether *text* may hold an instant at an end of the calendar."""
    if any(mark in text for mark in _LATE_OR_ESCAPED):
        return True
    return _EARLY in text and any(mark in text for mark in _EARLIEST)


def check_calendar(event: AnyEvent) -> None:
    """
    See that all instants of *event* are such that we can add to them.

    Raises:
        msgspec.ValidationError: One is not.
    """
    try:
        _check(event)
    except ValueError as error:
        raise msgspec.ValidationError(str(error)) from error


def _check(part: Any) -> None:
    if isinstance(part, datetime):
        in_calendar(part)
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            _check(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            _check(one)
