"""Usage alerts, on one clock."""

import pytest

from mock_server import LicenceItem
from mock_server.licensing.alert import alerts, checked

A = {"handshake_code": "o-a"}


def _mail(server) -> list[tuple[str, int]]:
    """Look, as the server does every ten minutes, and return what it writes."""
    told = alerts(server.state, server.now)
    server.tell(checked(server.state, server.now))
    return [(one.subject, one.level) for one in told]


def _scan(**fields) -> LicenceItem:
    return LicenceItem(id="i", charge_way="scan", quota=100, **fields)


@pytest.mark.parametrize(
    ("period", "levels"),
    [
        ("2.2.19", {74: None, 75: 75, 89: None, 90: 90, 95: 95, 100: 100, 105: 105}),
        ("2.4", {59: None, 60: 60, 79: None, 80: 80, 99: None, 100: 100, 105: None}),
        # In the LTS period a level must be exceeded.
        ("lts", {75: None, 76: 75, 90: None, 91: 90, 96: 95, 100: None, 101: 100}),
    ],
)
def test_levels_of_units(desk, period, levels) -> None:
    """Each level of a period is told once, when it is reached or exceeded."""
    server, used = desk(_scan(), period=period), 0
    for units, level in levels.items():
        server.report(units - used)
        used = units
        assert _mail(server) == ([("item i", level)] if level else [])


@pytest.mark.parametrize(
    ("period", "term", "levels"),
    [
        ("2.2.19", None, {7: None, 8: 75, 9: 90, 10: 100, 11: 110}),
        ("2.4", None, {5: None, 6: 60, 8: 80, 10: 100, 11: None}),
        ("2.4", "daily", {8: None, 10: 100}),
    ],
)
def test_levels_of_devices(desk, period, term, levels) -> None:
    """Devices have levels of their own, and daily ones of 2.4 only the last."""
    item = LicenceItem(id="i", charge_way="device", quota=10, term=term)
    server, held = desk(item, period=period), 0
    for devices, level in levels.items():
        for number in range(held, devices):
            server.ask(f"u{number}", **A)
        held = devices
        assert _mail(server) == ([("item i", level)] if level else [])


@pytest.mark.parametrize(
    ("period", "way", "told"),
    [
        ("2.2.19", "concurrent-device", [50, 75, 90, 100]),
        ("2.2.19", "concurrent-instance", [50, 75, 90, 100]),
        ("2.4", "concurrent-device", [60, 80, 100]),
        ("2.4", "concurrent-instance", []),
        ("lts", "concurrent-device", []),
    ],
)
def test_levels_of_exceptions(desk, period, way, told) -> None:
    """Exceptions are told as a part of what is allowed, where the period does so."""
    server = desk(LicenceItem(id="i", charge_way=way, quota=1, allowance=20), period=period)
    mails = []
    for number in range(22):
        server.report(client=f"u{number}")
        mails += _mail(server)
    assert mails == [("item i", level) for level in told]


def test_the_worked_example(desk) -> None:
    """Of the last hour's requests 8, 13, 15, 30, 51 % refused: a mail at a new level."""
    item = LicenceItem(id="i", charge_way="concurrent-device", quota=100)
    server, mails = desk(item, period="lts"), []
    # Minute after twelve, requests granted and refused by then.
    story = [(40, 92, 8), (50, 82, 18), (60, 81, 19), (80, 25, 75), (120, 73, 27)]
    for minute, granted, refused in story:
        server.at(minutes=minute)
        for number in range(granted):
            server.ask(f"u{number}", **A)
        for _ in range(refused):
            server.ask("bad", session_password="x", product="dbr", **A, instances=101)
        mails.append(_mail(server))
    code = "code o-a"
    assert mails == [[], [(code, 10)], [], [(code, 25)], [(code, 50)]]


def test_lts_watches_concurrent_codes_only(desk) -> None:
    """In the LTS period refusals of a code without a concurrent licence are not told."""
    server = desk(LicenceItem(id="i", revoked=True), period="lts")
    server.ask(**A)
    assert _mail(server) == []
    server = desk(LicenceItem(id="i", revoked=True), period="2.4")
    server.ask(**A)
    assert _mail(server) == [("code o-a", 100)]


def test_requests_are_forgotten_after_an_hour(desk) -> None:
    """Only what was refused within the last sixty minutes counts."""
    server = desk(LicenceItem(id="i", revoked=True))
    server.ask(**A)
    assert alerts(server.at(minutes=59).state, server.now)
    assert not alerts(server.at(minutes=61).state, server.now)


def test_a_level_that_was_left_is_told_again(desk) -> None:
    """What falls below a level and reaches it again is told again."""
    item = LicenceItem(id="i", charge_way="device", quota=1, grace=0, term="monthly")
    server = desk(item)
    server.ask("u", **A)
    assert _mail(server) == [("item i", 100)]
    assert _mail(server.at(days=1)) == []
    assert _mail(server.at(days=31)) == []
    server.ask("v", **A)
    assert _mail(server) == [("item i", 100)]


def test_one_mail_lists_all(desk) -> None:
    """All conditions that are met at one time are told together, in words."""
    server = desk(_scan(), LicenceItem(id="j", charge_way="page", quota=10))
    server.report(60, licence_item_id="i")
    server.report(9, licence_item_id="j")
    told = alerts(server.state, server.now)
    assert [one.text for one in told] == [
        "item i: 60 of 100 units used (60 %), level 60 %",
        "item j: 9 of 10 units used (90 %), level 80 %",
    ]
