"""Instants and time spans, read and written."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.instant import parse_instant, parse_span, render_instant, render_span
from harness.domain.span import Span

milliseconds = st.integers(0, 10**13)


@given(st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()))
def test_instants_round_trip(at: datetime) -> None:
    """What is written is read back as the same instant, cut to milliseconds, in UTC."""
    utc = at.astimezone(UTC)
    cut = utc.replace(microsecond=utc.microsecond // 1000 * 1000)
    read = parse_instant(render_instant(at))
    assert read == cut
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-01T08:00:30.000Z", "2026-03-01T08:00:30.000Z"),
        ("2026-03-01T08:00:30Z", "2026-03-01T08:00:30.000Z"),
        ("2026-03-01t08:00:30z", "2026-03-01T08:00:30.000Z"),
        ("2026-03-01 08:00:30Z", "2026-03-01T08:00:30.000Z"),
        ("2026-03-01T09:00:30+01:00", "2026-03-01T08:00:30.000Z"),
        ("2026-03-01T00:00:00.250-02:30", "2026-03-01T02:30:00.250Z"),
        ("2028-02-29T23:59:59.999999+00:00", "2028-02-29T23:59:59.999Z"),
    ],
)
def test_reads_offsets_and_fractions(written: str, utc: str) -> None:
    """Any offset and any fraction of a second is read."""
    assert render_instant(parse_instant(written)) == utc


@pytest.mark.parametrize(
    "written",
    [
        "",
        "noon",
        "2026-03-01",
        "2026-03-01T08:00:30",
        "2026-02-29T00:00:00Z",
        "12:00:00Z",
        "20260301T080030Z",
        "2026-W09-7T08:00:30Z",
        "2026-03-01T08:00Z",
        "0001-01-01T00:00:00+01:00",
        " 2026-03-01T08:00:30Z",
    ],
)
def test_refuses_what_is_no_instant(written: str) -> None:
    """What names no instant is refused with an example and what was found."""
    with pytest.raises(ValueError, match="expected an RFC 3339 instant") as caught:
        parse_instant(written)
    assert str(caught.value).endswith(f"got {written!r}")


@given(milliseconds)
def test_spans_round_trip(count: int) -> None:
    """A span that is written is read back as the same span."""
    span = timedelta(milliseconds=count)
    assert parse_span(render_span(span)) == span


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("250ms", 0.25),
        ("90s", 90),
        ("1.5h", 5400),
        ("3m", 180),
        ("2d12h", 216_000),
        ("1h30m", 5400),
        ("0s", 0),
    ],
)
def test_reads_spans(written: str, seconds: float) -> None:
    """A span is numbers with units, as many as one likes."""
    assert parse_span(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", ["", "3", "m", "-3m", "3 m", "3m!", "3w", "90S", "1e3s", "٣m", "9999999999d"]
)
def test_refuses_what_is_no_span(written: str) -> None:
    """What is no span is refused with examples and what was found."""
    with pytest.raises(ValueError, match="expected a time span such as 90s") as caught:
        parse_span(written)
    assert str(caught.value).endswith(f"got {written!r}")


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0s"), (90, "1m30s"), (0.25, "250ms"), (216_000, "2d12h")]
)
def test_writes_the_largest_units(seconds: float, written: str) -> None:
    """A span is written in the largest units that fit."""
    assert render_span(timedelta(seconds=seconds)) == written
    assert str(Span(seconds=seconds)) == written


@pytest.mark.parametrize("written", [90, None, {}, 1.5, ["3m"]])
def test_span_in_a_file_is_text(written: object) -> None:
    """A span in a file has a unit: a bare number, or nothing, is refused."""
    with pytest.raises(ValueError, match="expected a time span"):
        Span.parse(written)
