"""Entries are values that can be kept."""

from datetime import UTC, datetime

import msgspec
import pytest

from mock_server import DEFAULT_WORLD
from mock_server.ledger.entry import (
    AlertsChecked,
    AnswerLost,
    AnyEntry,
    Authorised,
    ConfigurationChanged,
    Confirmed,
    Refused,
    Stored,
)
from mock_server.ledger.portion import Account, Portion

AT = datetime(2026, 3, 1, 8, 0, 30, 250_000, UTC)
ENTRIES = [
    ConfigurationChanged(at=AT, world=DEFAULT_WORLD),
    Authorised(
        at=AT,
        client_uuid="u",
        handshake_code="c",
        item="i",
        valid_until=AT.replace(year=2027),
        seats=3,
        alias="Kiosk",
    ),
    Refused(at=AT, code=120, client_uuid="u", handshake_code="c", server="standby"),
    Stored(
        at=AT,
        portions=(
            Portion(Account("i", "c", "u", AT.replace(second=0), "QR_CODE"), 2),
            Portion(Account(None, "c", None, None, None), 1),
        ),
    ),
    Confirmed(at=AT, number=4),
    AnswerLost(at=AT, number=4, server="standby"),
    AlertsChecked(at=AT, levels={"item i": 75}),
]


@pytest.mark.parametrize("form", [msgspec.json, msgspec.msgpack])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_is_read_back(entry: AnyEntry, form) -> None:
    """An entry that was written is read back as it was."""
    assert form.decode(form.encode(entry), type=AnyEntry) == entry
