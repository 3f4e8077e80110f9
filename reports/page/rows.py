"""
A recording as the rows of a timeline, from top to bottom.

Each event that is worth a line is a row. Between them stand the boundaries of slots, the
spans in which nothing happened, and the lines from which on reports may be purged. Of a
long recording only the surroundings of its findings are told.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.domain.generation import SLOT_LENGTH, Generation
from harness.domain.instant import render_span
from harness.domain.recording import (
    AnyEvent,
    OperationCalled,
    RecordingOpened,
    ServerTurned,
    SessionCrashed,
    SessionStopped,
    StartCalled,
)
from reports.event_line import render_event

#: A recording with more rows than this is told in parts.
_MOST_ROWS = 120
#: What is told of a long one: its beginning and end, and what is around a finding.
_HEAD, _AROUND, _TAIL = 8, 10, 4
#: Without these nobody could tell what is under way later on.
_TURNS = (StartCalled, SessionStopped, SessionCrashed, ServerTurned)


@dataclass(frozen=True)
class EventRow:
    """An event; *entry* is its position in the recording."""

    entry: int
    event: AnyEvent
    text: str


@dataclass(frozen=True)
class SlotRow:
    """Here the slot begins whose first instant is *slot*."""

    slot: datetime
    is_other_day: bool


@dataclass(frozen=True)
class NoteRow:
    """Words between events; *kind*: ``gap``, ``omitted`` or ``retention``."""

    kind: str
    text: str


Row = EventRow | SlotRow | NoteRow


def rows_of(
    events: Sequence[AnyEvent], marked: Collection[int], generation: Generation
) -> list[Row]:
    """Return the rows of *events*; entries that are *marked* are never left out."""
    told = [
        EventRow(entry, event, text.strip())
        for entry, event in enumerate(events)
        if not isinstance(event, RecordingOpened)
        and ((text := render_event(event) or "") or entry in marked)
    ]
    places = _kept(told, marked)
    deadlines = _deadlines(events, generation)
    rows: list[Row] = []
    last: int | None = None
    for place in places:
        before = None if last is None else told[last]
        if last is not None and place - last > 1:
            rows.append(NoteRow("omitted", f"{place - last - 1} events are not shown here"))
        rows += _passing(before, told[place], deadlines, generation)
        rows.append(told[place])
        last = place
    return rows


def _kept(told: list[EventRow], marked: Collection[int]) -> list[int]:
    """Return the places of those that are shown."""
    if len(told) <= _MOST_ROWS:
        return list(range(len(told)))
    near = {*range(_HEAD), *range(len(told) - _TAIL, len(told))}
    for place, row in enumerate(told):
        if row.entry in marked and len(near) < _MOST_ROWS:
            near.update(range(max(place - _AROUND, 0), min(place + _AROUND, len(told))))
    turns = {place for place, row in enumerate(told) if isinstance(row.event, _TURNS)}
    marks = {place for place, row in enumerate(told) if row.entry in marked}
    return sorted(near | marks | (turns if len(turns) < _MOST_ROWS else set()))


def _deadlines(events: Sequence[AnyEvent], generation: Generation) -> list[datetime]:
    """Return when each slot in which something was done is as old as reports may get."""
    if generation.retention is None:
        return []
    done = (event.at for event in events if isinstance(event, OperationCalled))
    slots = {generation.slot_of(at) for at in done}
    return sorted(slot + generation.retention for slot in slots)


def _passing(
    before: EventRow | None,
    after: EventRow,
    deadlines: list[datetime],
    generation: Generation,
) -> Iterator[Row]:
    """Tell what passes between two events: time, deadlines, a boundary."""
    now = generation.slot_of(after.event.at)
    if before is None:
        yield SlotRow(now, is_other_day=True)
        return
    last = generation.slot_of(before.event.at)
    if now - last > SLOT_LENGTH:
        span = render_span(_whole_seconds(after.event.at - before.event.at))
        count = (now - last) // SLOT_LENGTH - 1
        yield NoteRow("gap", f"{span} pass, {count} whole slot{'s' * (count > 1)} in it")
    yield from _retention(before, after, deadlines, generation)
    if now != last:
        yield SlotRow(now, is_other_day=now.date() != last.date())


def _retention(
    before: EventRow, after: EventRow, deadlines: list[datetime], generation: Generation
) -> Iterator[NoteRow]:
    over = [at for at in deadlines if before.event.at < at <= after.event.at]
    if not over or generation.retention is None:
        return
    first, last = (f"{at - generation.retention:%m-%d %H:%M}" for at in (over[0], over[-1]))
    slots = f"slot {first}" if len(over) == 1 else f"slots {first} to {last}"
    limit = render_span(generation.retention)
    yield NoteRow("retention", f"{limit} after {slots}: what is unsent may go")


def _whole_seconds(span: timedelta) -> timedelta:
    return timedelta(seconds=round(span / timedelta(seconds=1)))
