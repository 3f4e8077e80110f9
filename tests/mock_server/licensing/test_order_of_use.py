"""Which item of a code is used."""

from datetime import UTC, datetime

import pytest

from mock_server import HandshakeCode, LicenceItem, Organization, ValidationField, World
from mock_server.licensing.order_of_use import in_order

SOON, LATE = datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
FIELD = ValidationField(kind="website-domain", value="shop.example")


def _ids(items) -> str:
    return "".join(item.id for item in items)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"ends": SOON}, {"ends": LATE, "product": "dbr"}),
        ({"ends": LATE, "product": "dbr"}, {"ends": LATE, "validation": ()}),
        ({"product": "dbr", "edition": "js"}, {"product": "dbr"}),
        ({"product": "dbr"}, {"product": "dbr", "validation": (FIELD,)}),
        ({"ends": LATE}, {}),
        ({}, {}),
    ],
)
def test_default_order(first, second) -> None:
    """S-34: nearest end, then most specific, then least restrictive, then as listed."""
    one, other = LicenceItem(id="1", **first), LicenceItem(id="2", **second)
    assert _ids(in_order((one, other), "default")) == "12"
    if first != second:
        assert _ids(in_order((other, one), "default")) == "12"


def test_listed_order(desk) -> None:
    """S-34: the order of use may be arranged by hand."""
    items = (LicenceItem(id="late", ends=LATE), LicenceItem(id="soon", ends=SOON))
    code = HandshakeCode(
        code="o-a", organization="o", items=("late", "soon"), order="listed"
    )
    owner = (Organization(id="o"),)
    world = World(organizations=owner, handshake_codes=(code,), licence_items=items)
    assert desk(world).ask(handshake_code="o-a").licence_item_id == "late"
    assert desk(*items).ask(handshake_code="o-a").licence_item_id == "soon"


def test_what_is_used_up_is_skipped(desk) -> None:
    """S-34: an item of which nothing is left makes room for the next."""
    server = desk(
        LicenceItem(id="soon", quota=20, ends=SOON), LicenceItem(id="late", ends=LATE)
    )
    server.report(21, licence_item_id="soon")
    assert server.ask(handshake_code="o-a").licence_item_id == "late"


def test_usage_goes_to_the_item_that_was_granted(desk) -> None:
    """S-34: a report counts for the item that it names, or that its client was granted."""
    dbr, dwt = LicenceItem(id="dbr", product="dbr"), LicenceItem(id="dwt", product="dwt")
    server = desk(dbr, dwt)
    server.ask("w", handshake_code="o-a", product="dwt")
    server.report(1, "w")
    server.report(2, "stranger")
    server.report(4, "stranger", licence_item_id="dwt")
    server.report(8, "w", licence_item_id="no-such-item")
    assert server.ledger.item_totals == {"dwt": 1 + 4 + 8, "dbr": 2}
