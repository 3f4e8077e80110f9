"""How a time label is written on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Any

from harness.domain.instant import EPOCH, parse_instant


def parse_time_label(written: Any, style: str) -> datetime:
    """
    Read the label *written* in *style*: ``iso``, ``epoch-s``, ``epoch-ms`` or a
    ``strptime`` pattern, whose fields without a zone are UTC.

    Raises:
        ValueError: It is not written in that style.
    """
    if style in ("epoch-s", "epoch-ms"):
        if isinstance(written, bool) or not isinstance(written, int):
            raise ValueError(f"expected a whole number ({style}), got {written!r}")
        unit = timedelta(seconds=1) if style == "epoch-s" else timedelta(milliseconds=1)
        try:
            return EPOCH + written * unit
        except OverflowError:
            raise ValueError(f"{written} lies outside the calendar") from None
    if not isinstance(written, str):
        raise ValueError(f"expected a string, got {written!r}")
    if style == "iso":
        return parse_instant(written)
    moment = datetime.strptime(written, style)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
