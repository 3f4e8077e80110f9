"""
Instants and time spans, and how both are written.

An *instant* is a timezone-aware ``datetime`` in UTC.
"""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: A year from either end of the calendar: whoever adds a month never leaves that.
EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)

#: So much of what is no instant is told: it may be megabytes long.
_SHOWN = 60

#: ISO 8601 knows more forms, and so does Python.
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


def parse_instant(text: str) -> datetime:
    """
    Read an RFC 3339 instant, whatever its offset, as UTC.

    Raises:
        ValueError: *text* is no RFC 3339 date and time, or has no offset.
    """
    try:
        if _RFC_3339.fullmatch(text):
            return in_calendar(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        pass  # a day or an hour that does not exist, or none that UTC can tell
    raise ValueError(
        "expected an RFC 3339 instant such as 2026-03-01T08:00:30.000Z, got "
        f"{text[:_SHOWN]!r}"
    )


def in_calendar(instant: datetime) -> datetime:
    """
    Return *instant*, with which we can reckon.

    Raises:
        ValueError: It is too near to the first or the last day that there is.
    """
    if EARLIEST <= instant < LATEST:
        return instant
    raise ValueError(
        f"expected an instant from {EARLIEST.year} to {LATEST.year - 1}, got {instant}"
    )


def render_instant(instant: datetime) -> str:
    """Write *instant* as RFC 3339 in UTC with milliseconds."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def parse_span(text: str) -> timedelta:
    """
    Read a time span such as ``90s``, ``3m``, ``2d12h`` or ``250ms``.

    Raises:
        ValueError: *text* is no such span.
    """
    position, span = 0, timedelta()
    for match in _SPAN.finditer(text):
        if match.start() != position:
            break
        try:
            span += float(match[1]) * _UNITS[match[2]]
        except OverflowError:
            break  # more than a calendar holds
        position = match.end()
    if not text or position != len(text):
        got = text[:_SHOWN]
        raise ValueError(f"expected a time span such as 90s, 3m, 2d or 1h30m, got {got!r}")
    return span


def render_span(span: timedelta) -> str:
    """Write *span* in the largest units that fit, for example ``2d12h`` or ``90s``."""
    milliseconds = round(span / _UNITS["ms"])
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        size = round(_UNITS[unit] / _UNITS["ms"])
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
