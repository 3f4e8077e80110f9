"""A recording as the rows of a timeline."""

from datetime import timedelta
from typing import Any

import msgspec

from harness.domain.generation import DLS, LTS
from harness.domain.recording import OperationCalled
from reports.page.rows import EventRow, NoteRow, SlotRow, rows_of


def _told(rows: Any) -> list[str]:
    words = {
        EventRow: lambda row: f"#{row.entry}",
        SlotRow: lambda row: f"{row.slot:%H:%M}" + ("!" if row.is_other_day else ""),
        NoteRow: lambda row: f"{row.kind}: {row.text}",
    }
    return [words[type(row)](row) for row in rows]


def test_events_boundaries_and_gaps(told: Any) -> None:
    """Boundaries stand where a slot begins; where many pass, they are counted."""
    assert _told(rows_of(told, (), DLS)) == [
        *("08:00!", "#1", "#2", "#3", "#4"),
        *("08:03", "#6", "08:06", "#7"),
        *("gap: 38m10s pass, 11 whole slots in it", "08:42", "#8"),
    ]


def test_the_grid_is_that_of_the_generation(told: Any) -> None:
    """In LTS the instant 08:03:00 still belongs to the slot before."""
    event = msgspec.structs.replace(told[4], at=told[4].at.replace(minute=3, second=0))
    names = {g.name: _told(rows_of([told[0], event], (), g)) for g in (LTS, DLS)}
    assert names == {"lts": ["08:00!", "#1"], "dls": ["08:03!", "#1"]}


def test_a_marked_event_is_always_told(told: Any) -> None:
    """An event that says nothing is a row all the same if a finding is about it."""
    assert "#5" in _told(rows_of(told, {5}, DLS))
    assert "#5" not in _told(rows_of(told, {}, DLS))


def test_retention_line(told: Any) -> None:
    """The instant from which on reports may be purged stands among the events."""
    later = msgspec.structs.replace(told[8], at=told[8].at + timedelta(days=31))
    rows = _told(rows_of([*told, later], (), DLS))
    line = "retention: 30d after slot 03-01 08:00: what is unsent may go"
    assert rows.index(line) < rows.index("#10")
    assert not [row for row in _told(rows_of([*told, later], (), LTS)) if "reten" in row]


def test_long_recording_is_told_around_its_findings(told: Any) -> None:
    """Of a long recording the ends and the surroundings of findings are told."""
    operation: OperationCalled = told[4]
    many = [
        msgspec.structs.replace(operation, at=operation.at + timedelta(milliseconds=n))
        for n in range(5000)
    ]
    rows = rows_of([*told[:4], *many, *told[5:]], {2500}, DLS)
    shown = {row.entry for row in rows if isinstance(row, EventRow)}
    assert len(shown) < 60
    assert {1, 2490, 2500, 2509, 5007} <= shown
    assert [row.kind for row in rows if isinstance(row, NoteRow)].count("omitted") == 2
