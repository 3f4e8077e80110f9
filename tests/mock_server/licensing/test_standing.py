"""How an item stands, as a page shows it."""

from datetime import timedelta

import pytest

from mock_server import LicenceItem
from mock_server.licensing.standing import standing

A = {"handshake_code": "o-a"}


def _status(server) -> str:
    return standing(server.state, server.state.catalogue.item("i"), server.now).status


def test_by_dates(desk) -> None:
    """S-42: an item is not yet in force, in force, in grace, expired."""
    now = desk(LicenceItem(id="i")).now
    item = LicenceItem(
        id="i", starts=now + timedelta(days=1), ends=now + timedelta(days=10)
    )
    server = desk(item, period="2.2.19")
    told = [_status(server.at(days=day)) for day in (0, 1, 10, 17)]
    assert told == ["not yet in force", "in force", "in grace", "expired"]


def test_revoked(desk) -> None:
    """S-42: an item that was declared invalid stands so."""
    assert _status(desk(LicenceItem(id="i", revoked=True))) == "revoked"


@pytest.mark.parametrize(
    ("used", "status"),
    [(99, "in force"), (100, "in grace"), (104, "in grace"), (105, "used up")],
)
def test_by_units(desk, used, status) -> None:
    """S-42: what was used of the quota, and of the grace on top of it, is told."""
    server = desk(LicenceItem(id="i", charge_way="scan", quota=100))
    server.report(used)
    found = standing(server.state, server.state.catalogue.item("i"), server.now)
    assert (found.status, found.used, found.quota, found.grace) == (status, used, 100, 5)


def test_by_devices(desk) -> None:
    """S-42: of devices the seats that are held are told."""
    server = desk(LicenceItem(id="i", charge_way="device", quota=10))
    for client in "uvw":
        server.ask(client, **A)
    found = standing(server.state, server.state.catalogue.item("i"), server.now)
    assert (found.used, found.quota, found.grace) == (3, 10, 1)


def test_by_exceptions(desk) -> None:
    """S-42: of concurrent licences the exceptions are told, and what is allowed."""
    item = LicenceItem(id="i", charge_way="concurrent-device", quota=1, allowance=2)
    server = desk(item)
    for client in "uvw":
        server.report(client=client)
    found = standing(server.state, item, server.now)
    assert (found.status, found.used, found.quota, found.grace) == ("used up", 2, 2, 0)
