"""The virtual clock."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.domain.clock import VirtualClock

BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)


def test_stands_still() -> None:
    """It shows the same instant until it is moved."""
    clock = VirtualClock(BEGIN)
    assert clock.now() == clock.now() == BEGIN


@pytest.mark.parametrize("by", [timedelta(), timedelta(microseconds=1), timedelta(days=31)])
def test_moves_forward(by: timedelta) -> None:
    """It moves to the present or any later instant."""
    clock = VirtualClock(BEGIN)
    clock.move_to(BEGIN + by)
    assert clock.now() == BEGIN + by


def test_never_goes_back() -> None:
    """It refuses an instant in the past and stays where it is."""
    clock = VirtualClock(BEGIN)
    with pytest.raises(ValueError, match="cannot go back to 2026-03-01 08:00:29"):
        clock.move_to(BEGIN - timedelta(seconds=1))
    assert clock.now() == BEGIN
