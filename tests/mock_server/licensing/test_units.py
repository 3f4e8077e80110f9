"""Licences that are charged by what was reported."""

import pytest

from mock_server import LicenceItem
from mock_server.licensing.limit import grace_of
from mock_server.licensing.period import PERIODS

A = {"handshake_code": "o-a"}
DLS_PERIODS = ("2.2.19", "2.4")


@pytest.mark.parametrize(
    ("way", "quota", "grace"),
    [
        ("scan", 20, 1),
        ("scan", 100, 5),
        ("page", 1000, 50),
        ("device", 10, 1),
        ("device", 100, 10),
        ("active-device", 1000, 100),
        ("server", 10, 0),
        ("concurrent-device", 100, 0),
        # What is undefined anywhere else: half is rounded up.
        ("scan", 10, 1),
        ("scan", 50, 3),
        ("device", 5, 1),
        ("device", 15, 2),
    ],
)
def test_grace(way, quota, grace) -> None:
    """S-21: grace is a rounded part of the quota, by what is counted."""
    item = LicenceItem(id="i", charge_way=way, quota=quota)
    assert [grace_of(item, PERIODS[name]) for name in DLS_PERIODS] == [grace] * 2
    assert grace_of(item, PERIODS["lts"]) == 0


def test_grace_may_be_told() -> None:
    """An item's own grace goes before that of the period."""
    item = LicenceItem(id="i", quota=100, grace=7)
    assert grace_of(item, PERIODS["lts"]) == grace_of(item, PERIODS["2.4"]) == 7


@pytest.mark.parametrize("way", ["scan", "page"])
def test_allowed_up_to_quota_and_grace(desk, way) -> None:
    """S-22: a request is granted while less was used, by whatever device; then none."""
    server = desk(LicenceItem(id="i", charge_way=way, quota=100))
    server.report(104)
    assert server.code("u", **A) is None
    server.report(1)
    assert [server.code(client, **A) for client in "uv"] == [120, 120]


def test_usage_is_never_refused(desk) -> None:
    """S-22: what is reported is stored, however far beyond the quota."""
    server = desk(LicenceItem(id="i", charge_way="scan", quota=20))
    server.report(500)
    server.report(500)
    assert server.ledger.item_totals == {"i": 1000}


@pytest.mark.parametrize("period", ["lts", "lts-2021"])
def test_all_fail_in_the_lts_period(desk, period) -> None:
    """S-20: in the LTS period a scan licence that is used up serves nobody, at once."""
    server = desk(LicenceItem(id="i", charge_way="scan", quota=100), period=period)
    server.report(99)
    assert server.code("new", **A) is None
    server.report(1)
    assert [server.code(client, **A) for client in ("new", "u")] == [120, 120]
