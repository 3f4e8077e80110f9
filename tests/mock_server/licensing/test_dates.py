"""When a licence item is in force."""

from datetime import timedelta

import pytest

from mock_server import LicenceItem

A = {"handshake_code": "o-a"}


def _desk(desk, period):
    now = desk(LicenceItem(id="i")).now
    begin, end = now + timedelta(days=10), now + timedelta(days=20)
    item = LicenceItem(id="i", starts=begin, ends=end, charge_way="device")
    return desk(item, period=period), end


@pytest.mark.parametrize(("period", "grace"), [("lts", 0), ("2.2.19", 7), ("2.4", 0)])
def test_from_start_to_end(desk, period, grace) -> None:
    """S-23: in force from its start to before its end, and its grace in 2.2.19."""
    server, _ = _desk(desk, period)
    last = 20 + grace
    asked = [(10, -1), (10, 0), (last, -1), (last, 0)]
    answers = [server.at(days=d, seconds=s).code(**A) for d, s in asked]
    assert answers == [112, None, None, 111]


def test_a_grant_in_grace_ends_with_the_grace(desk) -> None:
    """S-23: what is granted after the end is good until the grace is over."""
    server, end = _desk(desk, "2.2.19")
    assert server.at(days=19).ask(**A).valid_until == end
    assert server.at(days=20).ask(**A).valid_until == end + timedelta(days=7)
    assert server.at(days=21).ask(**A).valid_until == end + timedelta(days=7)


def test_revoked(desk) -> None:
    """S-24: an item that was declared invalid serves nobody."""
    assert desk(LicenceItem(id="i", revoked=True)).code(**A) == 113
