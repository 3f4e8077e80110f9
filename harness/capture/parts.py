"""
A recording of a capture in parts: a folder of files, divided by client UUIDs.

Every device is in one part. Each line of a part is an event, with its position in the whole
recording and with what devices of other parts have to do with it: so a part is judged by
itself, wherever its file can be read, and finds what one judge of the whole would find.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from harness.documents.bad_input import BadInput, misplaced, unreadable
from harness.domain.recording import (
    AnyEvent,
    Exchange,
    RecordingClosed,
    RecordingOpened,
)
from harness.history.neighbours import Aside
from harness.history.session import Attempt

SCHEMA = "dlscheck-part/1"
_EXPECTED = "a part of a recording"


class PartOpened(msgspec.Struct, frozen=True, kw_only=True):
    """
    The first line of a part.

    Attributes:
        part: Its number, counted from 1.
        of: How many parts there are.
        head: The head of the whole recording.
    """

    schema: str
    part: int
    of: int
    head: RecordingOpened


class Placed(msgspec.Struct, frozen=True, array_like=True):
    """
    Any other line of a part.

    Attributes:
        entry: The position of the event in the whole recording.
        elsewhere_at: See `Aside`.
        first: The position of the first request of the same connection.
        first_seen: That request, where it carries another client UUID.
    """

    entry: int
    event: AnyEvent
    elsewhere_at: datetime | None = None
    first: int | None = None
    first_seen: Exchange | None = None

    @property
    def aside(self) -> Aside:
        """What other devices have to do with the event."""
        if self.first is None:
            return Aside(self.elsewhere_at)
        seen = self.first_seen or self.event
        assert isinstance(seen, Exchange)
        return Aside(self.elsewhere_at, Attempt(self.first, seen))


class Seen(NamedTuple):
    """One event of a part."""

    entry: int
    event: AnyEvent
    aside: Aside


def part_name(part: int, of: int) -> str:
    """Return what the file of a part is called."""
    return f"part-{part:02}-of-{of:02}.jsonl"


def parts_in(folder: Path) -> list[Path]:
    """
    Return the files of all parts in *folder*, in their order.

    Raises:
        BadInput: There are none, or one is missing.
    """
    found = sorted(folder.glob("part-*-of-*.jsonl"))
    if not found:
        raise BadInput(f"{folder}: is a folder; expected a recording, or a folder of parts")
    count = found[0].stem.rpartition("-")[2]
    wanted = [folder / part_name(n, int(count)) for n in range(1, int(count) + 1)]
    if found != wanted:
        names = sorted({path.name for path in {*found, *wanted} - ({*found} & {*wanted})})
        raise BadInput(
            f"{folder}: expected just the parts 1 to {int(count)} of one recording; "
            f"missing or too much: {', '.join(names)}"
        )
    return found


def read_part(path: Path) -> tuple[PartOpened, Iterator[Seen]]:
    """
    Return the head of a part, and its events.

    Raises:
        BadInput: It cannot be read, or was cut off; with file and line.
    """
    opened = _opened(path)
    return opened, _seen(path)


def _opened(path: Path) -> PartOpened:
    try:
        with path.open("rb") as file:
            opened = msgspec.json.decode(file.readline(), type=PartOpened)
    except OSError as error:
        raise unreadable(path, error, _EXPECTED) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise misplaced(path, 1, f"expected {_EXPECTED}: {error}") from error
    if opened.schema != SCHEMA:
        raise misplaced(path, 1, f"expected the schema {SCHEMA}, got {opened.schema!r}")
    return opened


def _seen(path: Path) -> Iterator[Seen]:
    decoder = msgspec.json.Decoder(Placed)
    line, last = 1, None
    try:
        with path.open("rb") as file:
            file.readline()
            for text in file:
                line += 1
                placed = decoder.decode(text)
                last = placed.event
                yield Seen(placed.entry, placed.event, placed.aside)
    except OSError as error:
        raise unreadable(path, error, _EXPECTED) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = f"expected one event of a recording: {error}"
        raise misplaced(path, line, problem) from error
    if not isinstance(last, RecordingClosed):
        problem = "the part was cut off: expected recording-closed as its last event"
        raise misplaced(path, line, problem)
