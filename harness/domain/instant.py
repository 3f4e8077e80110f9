"""
Instants and time spans, and how both are written.

An *instant* is a timezone-aware ``datetime`` in UTC.
"""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
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
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ValueError(
            f"expected an RFC 3339 instant such as 2026-03-01T08:00:30.000Z, got {text!r}"
        )
    return instant.astimezone(UTC)


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
        span += float(match[1]) * _UNITS[match[2]]
        position = match.end()
    if not text or position != len(text):
        raise ValueError(f"expected a time span such as 90s, 3m, 2d or 1h30m, got {text!r}")
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
