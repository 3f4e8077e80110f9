"""The figures of a statistics page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from harness.domain.generation import LTS
from mock_server import HandshakeCode, LicenceItem, Organization, World
from mock_server.ledger.entry import ConfigurationChanged
from mock_server.ledger.statistics import Figures

ITEMS = (
    LicenceItem(id="dbr", product="dbr"),
    LicenceItem(id="dwt", product="dwt"),
    LicenceItem(id="own", product="dlr"),
)
WORLD = World(
    organizations=(Organization(id="o", default="o-a"),),
    handshake_codes=(
        HandshakeCode(code="o-a", organization="o", items=("dbr", "dwt")),
        HandshakeCode(code="o-b", organization="o", items=("dbr", "own")),
    ),
    licence_items=ITEMS,
)
DAY = date(2026, 3, 1)
SECONDS = timedelta(seconds=30)


def _at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def busy(desk) -> Any:
    """A server that was told of usage on three days, by two codes."""
    server = desk(WORLD)
    server.ask("u", handshake_code="o-a", product="dbr", alias="Kiosk")
    server.ask("u", handshake_code="o-a", product="dbr")
    server.report(1, "u", _at(8), licence_item_id="dbr")
    server.report(2, "u", _at(9, 57), licence_item_id="dbr", type="PDF417")
    server.report(4, "v", _at(10), licence_item_id="dwt")
    server.at(hours=3).report(8, "w", _at(8), handshake_code="o-b", licence_item_id="dbr")
    server.at(days=1).report(16, "u", _at(0, day=2), licence_item_id="dbr")
    server.at(days=2).report(32, "u", _at(23, 57, day=3), licence_item_id="dwt")
    return server


def test_by_code_and_by_item(busy) -> None:
    """S-41: usage is told per handshake code and per licence item."""
    ledger = busy.ledger
    assert Figures(ledger, code="o-a").all_history().units == 55
    assert Figures(ledger, code="o-b").all_history().units == 8
    assert Figures(ledger, item="dbr").all_history().units == 27
    assert Figures(ledger, item="dwt").all_history().units == 36
    assert Figures(ledger, item="own").all_history().units == 0
    assert Figures(ledger).all_history().units == 63


def test_three_totals(busy) -> None:
    """S-42: all history, a selected period and today, with what they are made up of."""
    figures = Figures(busy.ledger, code="o-a")
    everything = figures.all_history()
    assert everything.by_item == {"dbr": 19, "dwt": 36}
    assert everything.by_type == {"QR_CODE": 53, "PDF417": 2}
    selected = figures.selected(DAY, DAY + timedelta(days=1))
    assert (selected.units, selected.by_item) == (23, {"dbr": 19, "dwt": 4})
    assert figures.today(busy.now).units == 32
    assert Figures(busy.ledger, item="dbr").all_history().by_code == {"o-a": 19, "o-b": 8}


def test_line(busy) -> None:
    """S-42: a line by day, with what had accumulated by then."""
    figures = Figures(busy.ledger, code="o-a")
    days = figures.line(DAY + timedelta(days=1), DAY + timedelta(days=3))
    rows = [(row.day.day, row.units, row.accumulated) for row in days]
    assert rows == [(2, 16, 23), (3, 32, 55), (4, 0, 55)]


def test_two_hours(busy) -> None:
    """S-42: twelve rows a day, by where a slot begins; and new devices by when heard of."""
    rows = Figures(busy.ledger, code="o-a").two_hours(DAY)
    assert [row.begin for row in rows] == [_at(2 * n) for n in range(12)]
    assert [row.units for row in rows] == [0] * 4 + [3, 4] + [0] * 6
    assert [row.new_devices for row in rows] == [0] * 4 + [2] + [0] * 7
    item = Figures(busy.ledger, item="dbr").two_hours(DAY)
    assert [(row.units, row.new_devices) for row in item[4:6]] == [(11, 1), (0, 1)]


def test_lts_labels_close_a_row(desk) -> None:
    """S-42: of the LTS grid the slot that ends at ten belongs to eight to ten."""
    server = desk(WORLD)
    for at in (_at(10), _at(10) + timedelta(seconds=1)):
        server.report(1, slot=LTS.slot_of(at), licence_item_id="dbr")
    rows = Figures(server.ledger, code="o-a").two_hours(DAY)
    assert [row.units for row in rows[4:6]] == [1, 1]


def test_devices(busy) -> None:
    """S-42: the device table tells alias, units and contacts, over all that is shown."""
    kiosk, other = Figures(busy.ledger, code="o-a").devices()
    assert (kiosk.client_uuid, kiosk.alias, kiosk.units) == ("u", "Kiosk", 51)
    seen = (kiosk.first_seen - SECONDS, kiosk.last_seen - SECONDS)
    assert seen == (_at(8), _at(8, day=3))
    assert (other.client_uuid, other.alias, other.units) == ("v", None, 4)
    by_item = Figures(busy.ledger, item="dbr").devices()
    assert [row.client_uuid for row in by_item] == ["u", "w"]
    assert by_item[0].last_seen - SECONDS == _at(8, day=2)


def test_history_stays(busy) -> None:
    """S-42: removing and adding items changes nothing that was counted."""
    before = Figures(busy.ledger, code="o-a").all_history()
    codes = (
        HandshakeCode(code="o-a", organization="o", items=("own",)),
        HandshakeCode(code="o-c", organization="o", items=("dbr",)),
    )
    world = structs.replace(WORLD, handshake_codes=codes)
    busy.tell(ConfigurationChanged(at=busy.now, world=world))
    assert Figures(busy.ledger, code="o-a").all_history() == before
    busy.report(1, "new", handshake_code="o-a")
    after = Figures(busy.ledger, code="o-a").all_history()
    assert after.by_item == {"dbr": 19, "dwt": 36, "own": 1}
