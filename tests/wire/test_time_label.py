"""How time labels are written in other dialects."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harness.wire.time_label import parse_time_label

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
EPOCH_S = 1_772_352_000


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("iso", "2026-03-01T08:00:00Z"),
        ("epoch-s", EPOCH_S),
        ("epoch-ms", EPOCH_S * 1000),
        ("%Y%m%d %H%M%S", "20260301 080000"),
        ("%d.%m.%Y %H:%M %z", "01.03.2026 09:00 +0100"),
    ],
)
def test_styles(style: str, written: Any) -> None:
    """The same label in every style is the same instant in UTC."""
    assert parse_time_label(written, style) == AT
    assert parse_time_label(written, style).tzinfo is UTC


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("iso", EPOCH_S),
        ("iso", "08:00"),
        ("epoch-s", "1772352000"),
        ("epoch-s", 1.5),
        ("epoch-s", True),
        ("epoch-s", 10**18),
        ("epoch-s", -(10**30)),
        ("epoch-ms", None),
        ("%Y", 2026),
        ("%Y%m%d", "2026-03-01"),
        ("%Y %z", "0001 +0100"),
        ("%Y-%m-%d %H %z", "9999-12-31 23 -0200"),
    ],
)
def test_refused(style: str, written: Any) -> None:
    """What is not written in the style, or lies outside the calendar, is refused."""
    with pytest.raises(ValueError, match=r"expected|outside the calendar|does not match"):
        parse_time_label(written, style)


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("9999-12-31T23:59:59Z", "iso"),
        ("0001-01-01T00:00:00Z", "iso"),
        (253_402_300_799, "epoch-s"),
        (-62_135_596_800_000, "epoch-ms"),
        ("9999-12-31", "%Y-%m-%d"),
    ],
)
def test_the_ends_of_the_calendar(written: str | int, style: str) -> None:
    """A label names a slot, which has others before and behind it."""
    with pytest.raises(ValueError, match=r"calendar|instant"):
        parse_time_label(written, style)
