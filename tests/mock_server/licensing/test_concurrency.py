"""Licences for so many at one time."""

from datetime import timedelta
from itertools import permutations

import pytest

from harness.domain.generation import DLS, SLOT_LENGTH
from mock_server import LicenceItem
from mock_server.licensing.limit import exceptions_allowed, exceptions_used
from mock_server.licensing.period import PERIODS

A = {"handshake_code": "o-a"}


def _device(**fields) -> LicenceItem:
    return LicenceItem(id="i", charge_way="concurrent-device", **fields)


def _instance(**fields) -> LicenceItem:
    return LicenceItem(id="i", charge_way="concurrent-instance", **fields)


def _used(server) -> int:
    return exceptions_used(server.state, server.state.catalogue.item("i"), server.now)


@pytest.mark.parametrize("order", [*permutations("uvw")])
@pytest.mark.parametrize("late", [0, 90])
def test_exceptions_go_by_label(desk, order, late) -> None:
    """S-26, S-27: three in one slot of two is one exception, whoever tells when."""
    server = desk(_device(quota=2))
    slot = DLS.slot_of(server.now)
    for client in order:
        server.ask(client, **A)
    for day, client in enumerate(order):
        server.at(days=late * day).report(client=client, slot=slot)
    assert _used(server) == 1
    assert server.state.activity.active("i") == {slot: 3}


def test_no_exception_in_different_slots(desk) -> None:
    """S-26: three that were active one after the other are none too many."""
    server = desk(_device(quota=2))
    slot = DLS.slot_of(server.now)
    for number, client in enumerate("uvw"):
        server.report(client=client, slot=slot + number * SLOT_LENGTH)
    assert _used(server) == 0


def test_a_client_is_active_once_in_a_slot(desk) -> None:
    """S-26: however often a client reports for a slot, it was active in it once."""
    server = desk(_device(quota=1))
    for units in (1, 2, 3):
        server.report(units, slot=DLS.slot_of(server.now))
    assert _used(server) == 0


def test_exceptions_start_anew_each_year(desk) -> None:
    """S-26: the count of exceptions starts anew every 365 days, by the item's start."""
    starts = desk(_device()).now
    server = desk(_device(quota=1, allowance=1, starts=starts))
    slot = DLS.slot_of(starts) + SLOT_LENGTH
    for client in "uv":
        server.report(client=client, slot=slot)
    assert [server.at(days=day).code(**A) for day in (1, 364, 365)] == [120, 120, None]
    for client in "uvw":
        server.report(client=client, slot=slot + timedelta(days=365))
    assert [_used(server.at(days=day)) for day in (364, 365, 730)] == [1, 2, 0]


def test_the_allowance_may_grow(desk) -> None:
    """S-26: what is allowed grows by the day, and never shrinks."""
    starts = desk(_device()).now
    item = _device(quota=1, allowance=5, allowance_per_day=2, starts=starts)
    days = (0, 1, 10, 400)
    period = PERIODS["2.2.19"]
    allowed = [exceptions_allowed(item, period, starts + timedelta(days=d)) for d in days]
    assert allowed == [5, 7, 25, 805]


def test_an_allowance_without_a_published_figure(desk) -> None:
    """S-26: 2.2.19 has no figure for what it allows: without one there is no limit."""
    item = _device(quota=1)
    now = desk(item).now
    assert exceptions_allowed(item, PERIODS["2.2.19"], now) is None
    assert exceptions_allowed(item, PERIODS["2.4"], now) == 1000


def test_a_stopped_item_serves_nobody(desk) -> None:
    """S-26: when the allowance of a concurrent device licence is used up, it stops."""
    server = desk(_device(quota=1, allowance=2), period="2.2.19")
    for client in "uvw":
        assert server.code(client, **A) is None
        server.report(client=client)
    assert [server.code(client, **A) for client in "ux"] == [120, 120]


def test_a_worked_example(desk) -> None:
    """S-28: ten seats, a hundred active: ten thousand exceptions last 112 slots."""
    server = desk(_instance(quota=10))
    clients = [f"s{n}" for n in range(10)]
    for client in clients:
        server.ask(client, instances=10, **A)
    first = DLS.slot_of(server.now)
    for slot in range(111):
        for client in clients:
            server.report(client=client, slot=first + slot * SLOT_LENGTH)
    assert _used(server.at(hours=6)) == 9990
    assert server.code("late", instances=10, **A) is None
    for client in clients:
        server.report(client=client, slot=first + 111 * SLOT_LENGTH)
    assert _used(server) == 10080
    # From here on the seats of all together are those that were bought.
    server.at(hours=7)
    assert server.code("s1", instances=6, **A) is None
    assert server.code("s2", instances=5, **A) == 120
    assert server.code("s2", instances=4, **A) is None


def test_any_number_may_be_authorised(desk) -> None:
    """S-29: authorisation makes nobody active, only usage does."""
    server = desk(_device(quota=2))
    assert {server.code(f"u{n}", **A) for n in range(50)} == {None}
    assert server.state.activity.active("i") == {}
    server.report(client="u7")
    assert list(server.state.activity.active("i").values()) == [1]


def test_granted_seats_are_what_counts(desk) -> None:
    """S-30: each may ask for as many as there are, and is recorded with what it got."""
    server = desk(_instance(quota=5))
    asked = {"u": 3, "v": 5, "w": 6}
    answers = [server.code(c, instances=n, **A) for c, n in asked.items()]
    assert answers == [None, None, 120]
    slot = DLS.slot_of(server.now)
    server.report(1, "u", slot)
    server.report(9, "v", slot)
    assert server.state.activity.active("i") == {slot: 8}
    assert _used(server) == 3


def test_the_highest_request_of_a_device_counts(desk) -> None:
    """S-30: programs of one device share its seats; the highest request counts."""
    server = desk(_instance(quota=5))
    for seats in (2, 4, 1):
        server.ask("u", instances=seats, **A)
    server.report(client="u")
    assert list(server.state.activity.active("i").values()) == [4]


def test_newcomers_wait_in_the_lts_period(desk) -> None:
    """S-20: in the LTS period a newcomer fails until another device's seat is free."""
    server = desk(_device(quota=2), period="lts")
    assert [server.code(client, **A) for client in "uvwu"] == [None, None, 120, None]
    # At 08:00:30 the slot after this one ends at 08:06:00.
    assert server.at(minutes=5, seconds=29).code("w", **A) == 120
    assert server.at(minutes=5, seconds=30).code("w", **A) is None
