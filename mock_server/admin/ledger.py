"""The ledger: what was stored, account by account."""

from datetime import datetime
from itertools import islice
from typing import Annotated

import msgspec

from mock_server.admin.route import Part, Route
from mock_server.ledger.portion import Account
from mock_server.serving.tenant import Tenant

_MOST_TOLD = 10_000


class LedgerQuery(Part, frozen=True, kw_only=True):
    """Which accounts: what is not said is anything; *limit* of them behind *offset*."""

    item: str | None = None
    handshake_code: str | None = None
    client_uuid: str | None = None
    type: str | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST_TOLD)] = 1000


class AccountUnits(Part, frozen=True, kw_only=True):
    """The units on one account; *slot* is the instant that the time label names."""

    item: str | None
    handshake_code: str
    client_uuid: str | None
    slot: datetime | None
    type: str | None
    units: int


class LedgerPage(Part, frozen=True, kw_only=True):
    """
    Some accounts, in the order in which they were opened.

    Attributes:
        units: All units that are stored, by handshake code.
        redelivered: How many portions came again and were not counted twice.
        unconfirmed: How many submissions were stored of which the client cannot know.
        found: How many accounts there are of those that were asked for.
    """

    units: dict[str, int]
    redelivered: int
    unconfirmed: int
    found: int
    accounts: tuple[AccountUnits, ...]


def _ledger(tenant: Tenant, query: LedgerQuery) -> LedgerPage:
    ledger = tenant.mock.ledger
    units = ledger.units
    found = [account for account in units if _is_asked_for(account, query)]
    shown = islice(found, query.offset, query.offset + query.limit)
    return LedgerPage(
        units=dict(ledger.totals),
        redelivered=len(ledger.redelivered),
        unconfirmed=len(ledger.unconfirmed),
        found=len(found),
        accounts=tuple(AccountUnits(**a._asdict(), units=units[a]) for a in shown),
    )


def _is_asked_for(account: Account, query: LedgerQuery) -> bool:
    return (
        query.item in (None, account.item)
        and query.handshake_code in (None, account.handshake_code)
        and query.client_uuid in (None, account.client_uuid)
        and query.type in (None, account.type)
    )


ROUTES = (
    Route("GET", "/ledger", "The ledger", _ledger, takes=LedgerQuery, gives=LedgerPage),
)
