"""The grid of slots of both generations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.generation import DLS, GENERATIONS, LTS, SLOT_LENGTH, Generation
from harness.domain.instant import EPOCH, parse_instant

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
SLOTS_A_DAY = 480

#: Time of day, its slot in LTS and in DLS, counted from 1; 0 is the last of the day before.
TABLE = [
    ("00:00:00", 0, 1),
    ("00:00:01", 1, 1),
    ("00:02:59", 1, 1),
    ("00:03:00", 1, 2),
    ("00:03:01", 2, 2),
    ("00:05:59", 2, 2),
    ("00:06:00", 2, 3),
    ("00:06:01", 3, 3),
    ("12:00:00", 240, 241),
    ("23:57:00", 479, 480),
    ("23:57:01", 480, 480),
    ("23:59:59", 480, 480),
]

instants = st.datetimes(
    datetime(1970, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)
)
whole_seconds = instants.map(lambda at: at.replace(microsecond=0))
generations = st.sampled_from([LTS, DLS])


def _begin_of_slot(generation: Generation, midnight: datetime, number: int) -> datetime:
    """Return the first second of slot *number* of a day, as the two pages put it."""
    first = midnight + (number - 1) * timedelta(minutes=3)
    return first + timedelta(seconds=1) if generation is LTS else first


@pytest.mark.parametrize(
    "midnight",
    [
        MIDNIGHT,
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2028, 3, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ],
    ids=["a day", "leap day", "after leap day", "new year"],
)
@pytest.mark.parametrize(("time", "lts", "dls"), TABLE, ids=[row[0] for row in TABLE])
def test_boundary_table(midnight: datetime, time: str, lts: int, dls: int) -> None:
    """Every instant of the boundary table lies in the slot that its page gives it."""
    at = datetime.fromisoformat(f"{midnight:%Y-%m-%d}T{time}Z")
    assert LTS.slot_of(at) == _begin_of_slot(LTS, midnight, lts)
    assert DLS.slot_of(at) == _begin_of_slot(DLS, midnight, dls)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29T01:59:59+01:00", "2026-03-29T00:59:59Z"),
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z"),
        ("2026-03-29T03:00:01+02:00", "2026-03-29T01:00:01Z"),
        ("2026-10-25T02:59:59+02:00", "2026-10-25T00:59:59Z"),
        ("2026-10-25T02:00:00+01:00", "2026-10-25T01:00:00Z"),
        ("2026-10-25T02:00:01+01:00", "2026-10-25T01:00:01Z"),
        ("2026-03-01T13:45:00+05:45", "2026-03-01T08:00:00Z"),
    ],
)
@pytest.mark.parametrize("generation", [LTS, DLS], ids=["lts", "dls"])
def test_time_zone_and_summer_time(generation: Generation, local: str, utc: str) -> None:
    """A slot is the same in every time zone and on the days when the clocks change."""
    assert generation.slot_of(parse_instant(local)) == generation.slot_of(
        datetime.fromisoformat(utc)
    )
    assert generation.slot_of(datetime.fromisoformat(local)) == generation.slot_of(
        datetime.fromisoformat(utc)
    )


@pytest.mark.parametrize(
    ("generation", "midnight_of"),
    [(LTS, "2026-03-29T00:00:01+01:00"), (DLS, "2026-10-25T00:00:00+02:00")],
)
def test_local_midnight_on_change_days(generation: Generation, midnight_of: str) -> None:
    """Local midnight is a boundary on a day of 23 or 25 hours as on any other."""
    assert generation.is_on_grid(parse_instant(midnight_of))


@pytest.mark.parametrize(
    ("time", "same_as"),
    [
        ("00:03:00.999", "00:03:00"),
        ("00:00:00.500", "00:00:00"),
        ("00:03:01.000001", "00:03:01"),
    ],
)
def test_lts_cuts_fractions_off(time: str, same_as: str) -> None:
    """LTS tells whole seconds: a fraction does not move an instant to another slot."""
    day = f"{MIDNIGHT:%Y-%m-%d}T"
    at = datetime.fromisoformat(f"{day}{time}+00:00")
    assert LTS.slot_of(at) == LTS.slot_of(datetime.fromisoformat(f"{day}{same_as}+00:00"))


def test_dls_counts_fractions() -> None:
    """A microsecond before a multiple of 180 s is in the earlier slot in DLS."""
    boundary = MIDNIGHT + SLOT_LENGTH
    assert DLS.slot_of(boundary - timedelta(microseconds=1)) == MIDNIGHT


@given(instants, generations)
def test_exactly_one_slot(at: datetime, generation: Generation) -> None:
    """Every instant, in whole seconds, lies in its slot and in no neighbour of it."""
    slot = generation.slot_of(at)
    whole = at.replace(microsecond=0)
    inside = [
        begin
        for begin in (slot - SLOT_LENGTH, slot, slot + SLOT_LENGTH)
        if begin <= whole < generation.slot_end(begin)
    ]
    assert inside == [slot]


@given(instants, generations)
def test_slot_is_on_the_grid(at: datetime, generation: Generation) -> None:
    """The slot of an instant is on the grid, and its own slot."""
    slot = generation.slot_of(at)
    assert generation.is_on_grid(slot)
    assert generation.slot_of(slot) == slot


@given(st.dates(datetime(1970, 1, 2).date(), datetime(2199, 12, 31).date()), generations)
def test_slots_tile_the_day(day: datetime, generation: Generation) -> None:
    """The slots of a day are 480, each begins where the one before ended."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    seconds = (midnight + timedelta(seconds=s) for s in range(1, 86401, 60))
    if generation is DLS:
        seconds = (midnight + timedelta(seconds=s) for s in range(0, 86400, 60))
    slots = sorted({generation.slot_of(at) for at in seconds})
    assert len(slots) == SLOTS_A_DAY
    ends = [generation.slot_end(slot) for slot in slots]
    assert ends[:-1] == slots[1:]


@given(whole_seconds)
def test_generations_differ_at_multiples_of_180_s_alone(at: datetime) -> None:
    """At a whole second both generations agree on the slot, but at a boundary."""
    lts, dls = LTS.slot_of(at), DLS.slot_of(at)
    agree = lts - timedelta(seconds=1) == dls
    is_boundary = (at - EPOCH).total_seconds() % 180 == 0
    assert agree != is_boundary
    assert LTS.is_boundary(at) == DLS.is_boundary(at) == is_boundary


@given(st.integers(1, 40_000_000))
def test_other_side(number: int) -> None:
    """The other side of a boundary's slot is where the other generation puts it."""
    boundary = EPOCH + number * SLOT_LENGTH
    second = timedelta(seconds=1)
    assert LTS.other_side(LTS.slot_of(boundary)) - second == DLS.slot_of(boundary)
    assert DLS.other_side(DLS.slot_of(boundary)) + second == LTS.slot_of(boundary)


@pytest.mark.parametrize("seconds", [-1, 1, 2, 60, 179])
@pytest.mark.parametrize("generation", [LTS, DLS], ids=["lts", "dls"])
def test_off_the_grid(generation: Generation, seconds: int) -> None:
    """A label that is off by a second or more is on no grid."""
    label = generation.slot_of(MIDNIGHT) + timedelta(seconds=seconds)
    assert not generation.is_on_grid(label)


def test_retention() -> None:
    """Unsent reports live for ever in LTS; in DLS for 30 days, and a day of doubt."""
    assert LTS.retention is None
    assert (DLS.retention, DLS.retention_slack) == (timedelta(days=30), timedelta(days=1))


def test_by_name() -> None:
    """Generations are known by the names that files and drivers use."""
    assert GENERATIONS == {"lts": LTS, "dls": DLS}
