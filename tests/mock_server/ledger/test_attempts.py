"""How many authorisation requests were refused of late."""

from datetime import UTC, datetime, timedelta

from mock_server.ledger.attempts import Attempts, Share

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _attempts(*minutes: float) -> Attempts:
    attempts = Attempts()
    for number, minute in enumerate(minutes):
        at = NOON + timedelta(minutes=minute)
        attempts.note("c", at, is_refused=bool(number % 2))
    return attempts


def _share(attempts: Attempts, minute: float) -> Share:
    return attempts.share("c", NOON + timedelta(minutes=minute))


def test_counts_the_last_hour() -> None:
    """Requests count for an hour, to the minute."""
    attempts = _attempts(0, 0.5, 30, 59)
    told = [_share(attempts, minute) for minute in (59, 60, 61, 90, 120)]
    assert told == [(2, 4), (1, 2), (1, 2), (1, 1), (0, 0)]


def test_what_is_told_later_counts_where_it_belongs() -> None:
    """A request of which a server hears late counts in the minute in which it was."""
    attempts = _attempts(50, 10, 51, 10.5)
    told = [_share(attempts, minute) for minute in (51, 71)]
    assert told == [(2, 4), (0, 2)]


def test_does_not_grow() -> None:
    """Minutes of which nobody will ask again are forgotten."""
    attempts = _attempts(*range(1000))
    assert len(attempts._minutes["c"]) <= 62


def test_no_code_is_nobodys() -> None:
    """A request that named no code that exists belongs to none."""
    attempts = Attempts()
    attempts.note(None, NOON, is_refused=True)
    assert attempts.codes() == ()
