"""How a time label is written on the wire."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.domain.instant import EPOCH, in_calendar, parse_instant
from harness.wire.packing import shortened

#: No label is longer, whatever its pattern.
_LONGEST = 200

#: How a label may be written, besides as a ``strptime`` pattern tells.
STYLES = ("iso", "epoch-s", "epoch-ms")


def parse_time_label(written: Any, style: str) -> datetime:
    """
    Read the label *written* in *style*: ``iso``, ``epoch-s``, ``epoch-ms`` or a
    ``strptime`` pattern, whose fields without a zone are UTC.

    Raises:
        ValueError: It is not written in that style.
    """
    if style in ("epoch-s", "epoch-ms"):
        if isinstance(written, bool) or not isinstance(written, int):
            raise ValueError(f"expected a whole number ({style}), got {shortened(written)}")
        unit = timedelta(seconds=1) if style == "epoch-s" else timedelta(milliseconds=1)
        return _within_calendar(written, lambda: EPOCH + written * unit)
    if not isinstance(written, str):
        raise ValueError(f"expected a string, got {shortened(written)}")
    if style == "iso":
        return parse_instant(written)
    if len(written) > _LONGEST:
        raise ValueError(f"expected {style}, got {shortened(written)}")
    moment = datetime.strptime(written, style)
    if moment.tzinfo is None:
        return in_calendar(moment.replace(tzinfo=UTC))
    return _within_calendar(written, lambda: moment.astimezone(UTC))


def _within_calendar(written: Any, moment: Callable[[], datetime]) -> datetime:
    try:
        return in_calendar(moment())
    except (ValueError, OverflowError):
        raise ValueError(f"{shortened(written)} lies outside the calendar") from None
