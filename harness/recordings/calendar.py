"""Instants in a recording with which nobody can reckon."""

from datetime import datetime
from typing import Any

import msgspec

from harness.domain.instant import in_calendar
from harness.domain.recording import AnyEvent

#: Without any of these there is no such instant: years at either end, and escapes, which
#: may spell them.
_MARKS = (b'"9999-', b'"0001-', b'"0000-', b"\\u")


def may_be_outside(text: bytes) -> bool:
    """Tell, quickly, whether *text* may hold an instant at an end of the calendar."""
    return any(mark in text for mark in _MARKS)


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
