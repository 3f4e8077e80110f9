"""Licences that are charged by device."""

import pytest

from mock_server import LicenceItem

A = {"handshake_code": "o-a"}


def _fill(server, devices: int) -> list[int | None]:
    return [server.code(f"u{n}", **A) for n in range(devices)]


def test_new_devices_fail_after_grace(desk) -> None:
    """S-22: of ten devices the eleventh is grace, the twelfth is refused."""
    server = desk(LicenceItem(id="i", charge_way="device", quota=10))
    assert _fill(server, 12) == [None] * 11 + [120]
    assert _fill(server, 11) == [None] * 11


@pytest.mark.parametrize("way", ["device", "active-device"])
def test_no_new_device_in_the_lts_period(desk, way) -> None:
    """S-20: in the LTS period a full device licence serves the devices that it has."""
    server = desk(LicenceItem(id="i", charge_way=way, quota=2), period="lts")
    assert _fill(server, 3) == [None, None, 120]
    assert _fill(server, 2) == [None, None]


@pytest.mark.parametrize(
    ("term", "days"), [("daily", 1), ("monthly", 30), ("quarterly", 90), ("yearly", 365)]
)
def test_a_seat_is_free_after_its_term(desk, term, days) -> None:
    """S-32: a seat is held for its term, and then another device may have it."""
    item = LicenceItem(id="i", charge_way="active-device", quota=1, grace=0, term=term)
    server = desk(item)
    assert server.code("u", **A) is None
    assert server.at(days=days, seconds=-1).code("v", **A) == 120
    server.at(days=days).report(client="u")
    assert [server.code(client, **A) for client in "vu"] == [None, 120]


def test_seats_are_free_one_by_one(desk) -> None:
    """S-32: every seat is free at its own end, however many others go on."""
    item = LicenceItem(id="i", charge_way="device", quota=2, grace=0, term="monthly")
    server = desk(item)
    asked = [(0, "u"), (10, "v"), (29, "w"), (30, "w"), (39, "x"), (40, "x"), (59, "y")]
    answers = [server.at(days=day).code(client, **A) for day, client in asked]
    assert answers == [None, None, 120, None, 120, None, 120]
    assert server.state.seats.holders("i", server.now) == 2


@pytest.mark.parametrize("contact", ["authorization", "report"])
def test_every_contact_refreshes_a_seat(desk, contact) -> None:
    """S-32: each authorisation and each report lets a device hold its seat anew."""
    item = LicenceItem(id="i", charge_way="device", quota=1, grace=0, term="monthly")
    server = desk(item)
    server.code("u", **A)
    server.at(days=20)
    if contact == "report":
        server.report(client="u")
    else:
        server.ask("u", **A)
    assert server.at(days=49).code("v", **A) == 120
    assert server.at(days=50).code("v", **A) is None


def test_a_report_does_not_take_a_seat(desk) -> None:
    """S-32: usage of a device whose seat is free is stored and takes none."""
    server = desk(LicenceItem(id="i", charge_way="device", quota=1, grace=0))
    server.report(client="ghost")
    assert server.code("u", **A) is None
    assert server.ledger.item_totals == {"i": 1}


def test_a_seat_may_begin_with_use(desk) -> None:
    """S-32: where it is so configured, only use takes a seat."""
    item = LicenceItem(
        id="i", charge_way="active-device", quota=1, grace=0, seat_from="use"
    )
    server = desk(item)
    assert [server.code(client, **A) for client in "uv"] == [None, None]
    server.report(client="v")
    assert [server.code(client, **A) for client in "uv"] == [120, None]


def test_servers_have_no_grace(desk) -> None:
    """S-20: a licence by server serves as many servers as were bought."""
    server = desk(LicenceItem(id="i", charge_way="server", quota=10))
    assert _fill(server, 11) == [None] * 10 + [120]
