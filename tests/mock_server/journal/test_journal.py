"""The journal forgets the oldest, and never pretends that it did not."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.domain.message import AuthorizationRequest, Report, Usage, UsageSubmission
from harness.domain.recording import Exchange
from mock_server.journal.criteria import Criteria
from mock_server.journal.journal import Journal
from mock_server.journal.verification import Expectation, verify

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SLOT = AT
MINUTE = timedelta(minutes=1)


def submission(minute: int = 0, client: str = "a", **changes) -> Exchange:
    report = Report(
        time_label=SLOT,
        handshake_code="200001-demo",
        client_uuid=client,
        usage=(Usage(type="QR_CODE", count=2),),
    )
    other = Report(time_label=SLOT + 3 * MINUTE, client_uuid="b")
    fields = {
        "at": AT + minute * MINUTE,
        "method": "POST",
        "path": "/dls/usage",
        "kind": "usage",
        "request": UsageSubmission(reports=(report, other)),
        "status": 200,
        "stored": True,
    }
    return Exchange(**fields | changes)


def authorization(client: str = "a") -> Exchange:
    request = AuthorizationRequest(client_uuid=client, handshake_code="200001-demo")
    return Exchange(
        at=AT,
        method="POST",
        path="/dls/authorization",
        kind="authorization",
        request=request,
    )


def filled(*exchanges: Exchange, capacity: int = 100) -> Journal:
    journal = Journal(capacity)
    for exchange in exchanges:
        journal.add(exchange)
    return journal


def numbers(journal: Journal, after: int = 0, **criteria) -> list[int]:
    return [entry.number for entry in journal.entries(Criteria(**criteria), after)]


def test_keeps_the_newest() -> None:
    """What is beyond the capacity goes, the oldest first; numbers stay what they were."""
    journal = filled(*(submission(minute) for minute in range(5)), capacity=3)
    assert numbers(journal) == [3, 4, 5]
    assert (len(journal), journal.evicted) == (3, 2)
    assert journal.get(2) is None
    assert journal.get(3).exchange.at == AT + 2 * MINUTE
    assert journal.get(6) is None


def test_gives_numbers() -> None:
    """The number of an entry is told as it is added, evictions or not."""
    journal = Journal(2)
    assert [journal.add(submission()) for _ in range(4)] == [1, 2, 3, 4]


@pytest.mark.parametrize(("after", "expected"), [(0, [3, 4]), (3, [4]), (4, []), (9, [])])
def test_goes_on_after_a_number(after, expected) -> None:
    """Whoever has read up to a number goes on behind it."""
    journal = filled(*(submission(minute) for minute in range(4)), capacity=2)
    assert numbers(journal, after) == expected


def test_says_when_it_is_incomplete() -> None:
    """A question about what may have been forgotten is not answered completely."""
    journal = filled(*(submission(minute) for minute in range(3)), capacity=2)
    assert not journal.is_complete(Criteria())
    assert not journal.is_complete(Criteria(since=AT))
    assert journal.is_complete(Criteria(since=AT + MINUTE))
    journal.clear()
    assert journal.is_complete(Criteria())
    assert journal.evicted == 0
    assert journal.add(submission()) == 4


def test_a_late_beginning_is_incomplete() -> None:
    """Nobody knows what came before a restart, until it does not matter any more."""
    journal = Journal(2, began_late=True)
    assert not journal.is_complete(Criteria(since=AT))
    journal.clear()
    assert journal.is_complete(Criteria())


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"kind": "usage"}, [1, 2]),
        ({"kind": "authorization"}, [3]),
        ({"client_uuid": "b"}, [1, 2]),
        ({"client_uuid": "c"}, [2, 3]),
        ({"slot": SLOT}, [1, 2]),
        ({"slot": SLOT, "client_uuid": "b"}, []),
        ({"slot": SLOT + 3 * MINUTE, "client_uuid": "b"}, [1, 2]),
        ({"type": "QR_CODE"}, [1, 2]),
        ({"type": "PDF417"}, []),
        ({"handshake_code": "200001-demo"}, [1, 2, 3]),
        ({"status": 503}, [2]),
        ({"stored": True}, [1]),
        ({"faulty": True}, [2]),
        ({"malformed": True}, []),
        ({"since": AT + MINUTE}, [2]),
        ({"until": AT + MINUTE}, [1, 3]),
        ({"server": "standby"}, []),
    ],
)
def test_is_searched(criteria, expected) -> None:
    """An entry is found by what it is; of a submission, one report must be all of it."""
    struck = submission(1, "c", status=503, stored=False, fault="status 503")
    assert numbers(filled(submission(), struck, authorization("c")), **criteria) == expected


@pytest.mark.parametrize(
    ("counts", "met"),
    [
        ({}, True),
        ({"exactly": 2}, True),
        ({"exactly": 1}, False),
        ({"exactly": 3}, False),
        ({"at_least": 2}, True),
        ({"at_least": 3}, False),
        ({"at_most": 1}, False),
        ({"at_most": 2}, True),
        ({"at_least": 1, "at_most": 2}, True),
    ],
)
def test_verifies(counts, met) -> None:
    """An expectation is met by as many entries as it says."""
    journal = filled(submission(), authorization(), submission())
    verdict = verify(journal, Expectation(criteria=Criteria(kind="usage"), **counts))
    assert (verdict.met, verdict.found, verdict.complete) == (met, (1, 3), True)
    assert not (met and verdict.near_misses)


@pytest.mark.parametrize(
    ("counts", "met"),
    [
        ({"exactly": 2}, None),
        ({"exactly": 1}, False),
        ({"at_least": 2}, True),
        ({"at_least": 3}, None),
        ({"at_most": 1}, False),
        ({"at_most": 2}, None),
    ],
)
def test_does_not_pretend_to_know(counts, met) -> None:
    """With entries evicted, only what they could not change is answered."""
    journal = filled(*(submission(minute) for minute in range(3)), capacity=2)
    verdict = verify(journal, Expectation(**counts))
    assert verdict.met is met
    assert not verdict.complete
    assert ("incomplete: 1 older exchanges" in verdict.message) is (met is None)


def test_tells_near_misses() -> None:
    """What comes nearest is told first, with all that is different about it."""
    journal = filled(submission(), authorization(), submission(1, status=503))
    wanted = Criteria(kind="usage", slot=SLOT + 3 * MINUTE, client_uuid="a", status=200)
    verdict = verify(journal, Expectation(criteria=wanted, exactly=1))
    assert [miss.number for miss in verdict.near_misses] == [1, 3, 2]
    assert verdict.near_misses[0].differences == (
        "slot: expected 2026-03-01T08:03:00.000Z, got 2026-03-01T08:00:00.000Z",
    )
    assert verdict.message == (
        "expected exactly 1, found 0\n"
        "  near miss: #1 slot: expected 2026-03-01T08:03:00.000Z, "
        "got 2026-03-01T08:00:00.000Z\n"
        "  near miss: #3 status: expected 200, got 503; slot: expected "
        "2026-03-01T08:03:00.000Z, got 2026-03-01T08:00:00.000Z\n"
        "  near miss: #2 kind: expected usage, got authorization; status: expected 200, "
        "got none; slot: expected 2026-03-01T08:03:00.000Z, got none"
    )


@pytest.mark.parametrize(
    "counts", [{"exactly": 1, "at_least": 1}, {"at_least": 3, "at_most": 2}]
)
def test_refuses_counts_that_contradict(counts) -> None:
    """An expectation that nothing can meet is a mistake."""
    with pytest.raises(ValueError, match="expected"):
        verify(Journal(), Expectation(**counts))
