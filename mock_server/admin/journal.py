"""The journal: what came, what went out, and whether it was as expected."""

from collections import deque
from http import HTTPStatus
from itertools import islice
from typing import Annotated

import msgspec

from mock_server.admin.route import NotThere, Part, Route
from mock_server.journal.criteria import Criteria
from mock_server.journal.journal import Entry
from mock_server.journal.verification import Expectation, Verdict, verify
from mock_server.serving.tenant import Tenant

_MOST_TOLD = 1000

_Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class JournalQuery(Criteria, frozen=True, kw_only=True):
    """
    Criteria, and how much of what meets them: *limit* entries behind *after*.

    Attributes:
        newest: Of those, the last ones, not the first.
    """

    after: _Number = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST_TOLD)] = 100
    newest: bool = False


class JournalPage(Part, frozen=True, kw_only=True):
    """
    Some entries of the journal, oldest first.

    Attributes:
        complete: Whether nothing was evicted that may have met the criteria.
        evicted: How many entries went to make room.
        next: What ``after`` has to be for what follows; ``None``: nothing follows yet.
        last: Number of the latest entry, whatever it is; whoever has seen this page
            asks for what is behind it.
    """

    complete: bool
    evicted: int
    next: int | None
    last: int
    entries: tuple[Entry, ...]


class EntryNumber(Part, frozen=True, kw_only=True):
    """Which entry is meant."""

    number: _Number


def _list(tenant: Tenant, query: JournalQuery) -> JournalPage:
    journal = tenant.journal
    entries = journal.entries(query, query.after)
    if query.newest:
        found = tuple(deque(entries, query.limit))
    else:
        found = tuple(islice(entries, query.limit + 1))
    is_more = len(found) > query.limit
    shown = found[: query.limit]
    return JournalPage(
        complete=journal.is_complete(query),
        evicted=journal.evicted,
        next=shown[-1].number if is_more else None,
        last=journal.last,
        entries=shown,
    )


def _get(tenant: Tenant, which: EntryNumber) -> Entry:
    entry = tenant.journal.get(which.number)
    if entry is None:
        evicted = tenant.journal.evicted
        raise NotThere(f"no entry {which.number} is kept; {evicted} were evicted")
    return entry


def _clear(tenant: Tenant) -> None:
    tenant.journal.clear()


def _verify(tenant: Tenant, expectation: Expectation) -> Verdict:
    return verify(tenant.journal, expectation)


ROUTES = (
    Route(
        "GET",
        "/journal",
        "Exchanges that meet criteria",
        _list,
        takes=JournalQuery,
        gives=JournalPage,
    ),
    Route(
        "DELETE",
        "/journal",
        "Forget all exchanges",
        _clear,
        status=HTTPStatus.NO_CONTENT,
    ),
    Route("GET", "/journal/{number}", "One exchange", _get, takes=EntryNumber, gives=Entry),
    Route(
        "POST",
        "/verification",
        "Was what is expected really sent?",
        _verify,
        takes=Expectation,
        gives=Verdict,
    ),
)
