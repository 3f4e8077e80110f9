"""How long grants and seats last."""

from datetime import UTC, datetime, timedelta

import pytest

from mock_server import LicenceItem
from mock_server.licensing.period import PERIODS
from mock_server.licensing.validity import concurrent_end, seat_until, valid_until

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def _valid_for(period, **fields) -> timedelta:
    return valid_until(LicenceItem(id="i", **fields), PERIODS[period], NOW) - NOW


@pytest.mark.parametrize("period", ["2.2.19", "2.4"])
@pytest.mark.parametrize(
    ("fields", "valid"),
    [
        ({"charge_way": "active-device", "term": "yearly"}, timedelta(days=365)),
        ({"charge_way": "active-device", "term": "quarterly"}, timedelta(days=90)),
        ({"charge_way": "device", "term": "monthly"}, timedelta(days=30)),
        ({"charge_way": "device", "term": "daily"}, timedelta(hours=24)),
        ({"charge_way": "device"}, timedelta(days=90)),
        ({"charge_way": "scan"}, timedelta(days=3)),
        ({"charge_way": "page"}, timedelta(days=3)),
        ({"charge_way": "app-domain"}, timedelta(days=7)),
        ({"charge_way": "scan", "validity": "36h"}, timedelta(hours=36)),
    ],
)
def test_by_licence_type(period, fields, valid) -> None:
    """S-31: how long a grant is good for depends on the type, or is told."""
    assert _valid_for(period, **fields) == valid


@pytest.mark.parametrize("way", ["scan", "device", "any", "app-domain"])
def test_seven_days_in_the_lts_period(way) -> None:
    """S-31: in the LTS period a grant is good for seven days."""
    assert _valid_for("lts", charge_way=way) == timedelta(days=7)


@pytest.mark.parametrize("fields", [{"charge_way": "device"}, {"validity": "90d"}])
def test_not_beyond_the_item(fields) -> None:
    """S-31: an item that ends in ten days gives ten days, not ninety."""
    ends = NOW + timedelta(days=10)
    for period in PERIODS:
        assert _valid_for(period, ends=ends, **fields) <= timedelta(days=10)
    assert _valid_for("2.4", ends=ends, **fields) == timedelta(days=10)


@pytest.mark.parametrize("period", PERIODS)
def test_for_ever(period) -> None:
    """An item or a grant may last until the end of all calendars."""
    end = datetime.max.replace(tzinfo=UTC)
    item = LicenceItem(id="i", ends=end, validity="99999999d")
    assert valid_until(item, PERIODS[period], NOW) == end
    assert valid_until(item, PERIODS[period], end) == end


def test_concurrent_for_minutes() -> None:
    """S-31: a concurrent grant is good for four to seven minutes."""
    for second in range(0, 3600, 7):
        at = NOW + timedelta(seconds=second)
        item = LicenceItem(id="i", charge_way="concurrent-device")
        valid = valid_until(item, PERIODS["2.4"], at) - at
        assert timedelta(minutes=4) <= valid <= timedelta(minutes=7)


@pytest.mark.parametrize(
    ("at", "in_2020", "in_2021"),
    [
        ("00:00", "06:00", "06:00"),
        ("01:25", "06:00", "06:00"),
        ("02:00", "06:00", "09:00"),
        ("02:59", "06:00", "09:00"),
        ("03:00", "09:00", "09:00"),
    ],
)
def test_concurrent_seat_in_the_lts_period(at, in_2020, in_2021) -> None:
    """S-33: a concurrent seat is free at the end of the slot after the current one."""
    now = MIDNIGHT + _minutes(at)
    assert concurrent_end(PERIODS["lts"], now) - MIDNIGHT == _minutes(in_2020)
    assert concurrent_end(PERIODS["lts-2021"], now) - MIDNIGHT == _minutes(in_2021)


@pytest.mark.parametrize(
    ("ends_in", "in_2020", "in_2021"),
    [(None, 365, 90), (200, 200, 90), (3, 7, 7), (-1, 7, 7)],
)
def test_device_seat_in_the_lts_period(ends_in, in_2020, in_2021) -> None:
    """S-33: a device's seat ends with the term or the item, and after a week at least."""
    ends = None if ends_in is None else NOW + timedelta(days=ends_in)
    item = LicenceItem(id="i", charge_way="device", ends=ends)
    for name, days in (("lts", in_2020), ("lts-2021", in_2021)):
        assert seat_until(item, PERIODS[name], NOW) - NOW == timedelta(days=days)


def _minutes(text: str) -> timedelta:
    minutes, seconds = text.split(":")
    return timedelta(minutes=int(minutes), seconds=int(seconds))
