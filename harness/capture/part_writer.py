"""Writing a recording of a capture in parts."""

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from harness.capture.parts import SCHEMA, PartOpened, Placed, part_name
from harness.documents.bad_input import BadInput, unwritable
from harness.domain.recording import (
    AnyEvent,
    Exchange,
    RecordingClosed,
    RecordingOpened,
)
from harness.history.neighbours import Neighbours, begins_session, device_of
from harness.history.quarter import QUARTERS, quarter_of

_BUFFER_BYTES = 1 << 20


def check_parts(parts: int) -> None:
    """
    See that a recording can have so many *parts*.

    Raises:
        BadInput: It cannot.
    """
    if not 1 <= parts <= QUARTERS:
        raise BadInput(f"--partitions {parts}: expected a number from 1 to {QUARTERS}")


class PartWriter:
    """Writes the events of one capture to as many files as there are parts."""

    def __init__(self, folder: Path, parts: int, *, is_live: bool = False) -> None:
        """
        Write to *folder*; parts that stand there are replaced.

        If it *is_live*, each event has left this process before the next one comes.

        Raises:
            BadInput: That is not possible, or there cannot be so many parts.
        """
        check_parts(parts)
        buffering = 0 if is_live else _BUFFER_BYTES
        self._folder = folder
        self._neighbours = Neighbours()
        self._only_device: str | None = None
        self._entry = -1
        self._encode = msgspec.json.Encoder().encode
        self._files: list[BinaryIO] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("part-*-of-*.jsonl"):
                old.unlink()
            for number in range(1, parts + 1):
                path = folder / part_name(number, parts)
                self._files.append(path.open("wb", buffering=buffering))
        except OSError as error:
            raise unwritable(folder, error) from error

    def note(self, event: AnyEvent) -> None:
        """
        Append *event* to the part of its device; begin and end are of all parts.

        Raises:
            BadInput: There is no more room, or it is a session that somebody has told.
        """
        self._entry += 1
        try:
            self._note(event)
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def _note(self, event: AnyEvent) -> None:
        match event:
            case RecordingOpened():
                self._only_device = event.device
                count = len(self._files)
                for number, file in enumerate(self._files, start=1):
                    head = PartOpened(schema=SCHEMA, part=number, of=count, head=event)
                    file.write(self._encode(head) + b"\n")
            case Exchange():
                device = device_of(event, self._only_device)
                file = self._files[quarter_of(device) % len(self._files)]
                file.write(self._encode(self._placed(device, event)) + b"\n")
            case RecordingClosed():
                for file in self._files:
                    file.write(self._encode(Placed(self._entry, event)) + b"\n")
            case _:
                raise BadInput(
                    "--partitions: a capture whose sessions are told (--sessions) is not "
                    "divided; leave one of the two out"
                )

    def _placed(self, device: str, event: Exchange) -> Placed:
        aside = self._neighbours.aside(device, self._entry, event)
        if begins_session(event):
            self._neighbours.note_start(device, event.at)
        if aside.first is None:
            return Placed(self._entry, event, aside.elsewhere_at)
        first, mine = aside.first, getattr(event.request, "client_uuid", None)
        shown = None if first.client_uuid == mine else first.exchange
        return Placed(self._entry, event, aside.elsewhere_at, first.entry, shown)

    def close(self) -> None:
        """
        Close the files.

        Raises:
            BadInput: There is no room for what was not written yet.
        """
        try:
            for file in self._files:
                file.close()
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        self.close()
