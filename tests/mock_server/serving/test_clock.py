"""A clock that is frozen, moved and put right."""

from datetime import UTC, datetime, timedelta

import pytest

from mock_server.serving.clock import SteerableClock

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class RealTime:
    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def real() -> RealTime:
    return RealTime()


def test_follows_the_real_time(real) -> None:
    """It shows the real time unless it is told otherwise."""
    clock = SteerableClock(real)
    real.now += MINUTE
    assert clock.now() == AT + MINUTE
    assert (clock.state.frozen, clock.state.ahead) == (False, "0s")


def test_freezes(real) -> None:
    """It stands still, moves when it is told to, and goes on from there."""
    clock = SteerableClock(real)
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    real.now += MINUTE
    clock.advance(2 * MINUTE)
    assert clock.now() == datetime(2026, 1, 1, 0, 2, tzinfo=UTC)
    assert clock.state.frozen
    assert clock.state.ahead == "-59d7h59m"
    clock.go_on()
    real.now += MINUTE
    assert clock.now() == datetime(2026, 1, 1, 0, 3, tzinfo=UTC)


def test_freezes_where_it_is(real) -> None:
    """Without an instant it stands still at once."""
    clock = SteerableClock(real)
    clock.freeze()
    real.now += MINUTE
    assert clock.now() == AT


def test_runs_ahead(real) -> None:
    """Moved while it goes, it goes on, until it is put right."""
    clock = SteerableClock(real)
    clock.advance(2 * MINUTE)
    real.now += MINUTE
    assert clock.now() == AT + 3 * MINUTE
    assert clock.state.ahead == "2m"
    clock.be_real()
    assert clock.now() == AT + MINUTE


def test_stays_in_the_calendar(real) -> None:
    """What lies beyond the calendar is refused, and nothing changes."""
    clock = SteerableClock(real)
    with pytest.raises(ValueError, match="1970"):
        clock.advance(timedelta(days=999_999_999))
    with pytest.raises(ValueError, match="1970"):
        clock.freeze(datetime(1969, 1, 1, tzinfo=UTC))
    assert clock.now() == AT
