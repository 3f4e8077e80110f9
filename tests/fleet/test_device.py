"""One simulated device: it keeps to the protocol, and loses nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.generation import DLS, LTS, Generation
from harness.fleet.balance import balance_of
from harness.fleet.device import Device
from harness.fleet.habit import Habit

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def after(**span: float) -> datetime:
    return BEGIN + timedelta(**span)


def device(generation: Generation = DLS) -> Device:
    made = Device("c", "200001-demo", generation)
    assert made.start(BEGIN, is_granted=True) == []
    return made


def test_a_slot_is_sent_once_it_is_over() -> None:
    """Usage of a slot goes out at a tick after its end, once."""
    one = device()
    one.operate(after(seconds=30), "QR_CODE", 2)
    one.operate(after(seconds=179), "QR_CODE", 3)
    one.operate(after(seconds=180), "AZTEC", 1)
    assert one.due(after(seconds=179)) == []
    (submission,) = one.due(after(seconds=200))
    (usage,) = submission
    assert (usage.slot, usage.units) == (BEGIN, {"QR_CODE": 5})
    one.settle(submission, is_accepted=True)
    assert one.due(after(seconds=200)) == []
    assert (one.performed, one.acknowledged, one.pending) == (6, 5, 1)


def test_what_failed_waits_for_the_next_session() -> None:
    """A failed submission is not repeated before the next start, and then at once."""
    one = device()
    one.operate(after(seconds=30), "QR_CODE", 2)
    for submission in one.due(after(minutes=3)):
        one.settle(submission, is_accepted=False)
    assert one.due(after(hours=1)) == []
    one.stop()
    assert len(one.start(after(hours=1), is_granted=True)) == 1


def test_nothing_counts_without_a_grant() -> None:
    """A refused device does nothing, and sends nothing."""
    one = device()
    one.operate(BEGIN, "QR_CODE", 2)
    assert one.start(after(hours=1), is_granted=False) == []
    one.operate(after(hours=1), "QR_CODE", 5)
    assert (one.performed, one.pending, one.due(after(hours=2))) == (2, 2, [])


@pytest.mark.parametrize(("generation", "purged"), [(DLS, 2), (LTS, 0)])
def test_retention(generation: Generation, purged: int) -> None:
    """What is older than thirty days is purged in DLS, and kept in LTS."""
    one = device(generation)
    one.operate(after(seconds=30), "QR_CODE", 2)
    sent = one.start(after(days=31), is_granted=True)
    assert (one.purged, len(sent)) == (purged, 0 if purged else 1)


def test_a_backlog_goes_out_in_several_requests() -> None:
    """Reports are many, and a request carries so many of them, oldest first."""
    one = device()
    for slot in range(450):
        one.operate(after(minutes=3 * slot), "QR_CODE", 1)
    submissions = one.start(after(days=2), is_granted=True)
    assert list(map(len, submissions)) == [200, 200, 50]
    slots = [usage.slot for submission in submissions for usage in submission]
    assert slots == sorted(slots)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5), st.booleans())))
def test_the_ledger_balances(story: list[tuple[int, int, bool]]) -> None:
    """Whatever fails, what was done is acknowledged, pending or purged."""
    one, now = device(), BEGIN
    for hours, units, is_good in story:
        now += timedelta(hours=hours)
        one.operate(now, "QR_CODE", units)
        for submission in one.start(now, is_granted=is_good) or one.due(now):
            one.settle(submission, is_accepted=is_good)
    balance = balance_of([one], None)
    assert balance.is_balanced
    assert balance.performed == one.acknowledged + one.pending + one.purged


def test_a_ledger_that_does_not_balance() -> None:
    """Units that a server lost, or invented, are told with the device."""
    one, other = device(), Device("d", "x", DLS)
    one.operate(BEGIN, "QR_CODE", 3)
    lost = balance_of([one, other], {"d": 2})
    assert (lost.is_balanced, lost.off, lost.pending) == (False, 1, 3)
    assert (lost.lost, lost.invented) == (0, 2)
    assert [(row.client_uuid, row.excess) for row in lost.named] == [("d", 2)]


def test_losses_are_not_made_up_for_by_others() -> None:
    """What one device has too much does not hide what another has too little."""
    pair = [device(), Device("d", "x", DLS)]
    pair[0].operate(BEGIN, "QR_CODE", 3)
    for submission in pair[0].due(after(minutes=3)):
        pair[0].settle(submission, is_accepted=True)
    told = balance_of(pair, {"d": 3})
    assert told.performed == told.stored + told.pending + told.purged
    assert (told.is_balanced, told.off) == (False, 2)
    assert (told.lost, told.invented) == (3, 3)


def test_habits() -> None:
    """A device does the same for the same seed: sessions that begin, work and end."""
    turns = [Habit(7, 3).turn(number) for number in range(100)]
    assert turns == [Habit(7, 3).turn(number) for number in range(100)]
    assert turns != [Habit(8, 3).turn(number) for number in range(100)]
    starts = sum(turn.is_start for turn in turns)
    assert 3 <= starts <= sum(turn.is_stop for turn in turns) + 1
    assert 100 < sum(units for turn in turns for _, units in turn.work) < 1000
    assert all(timedelta() <= turn.offset < timedelta(minutes=3) for turn in turns)
