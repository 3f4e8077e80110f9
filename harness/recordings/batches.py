"""The events of a recording, many lines to one call of the decoder."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from harness.domain.recording import AnyEvent
from harness.recordings.calendar import check_calendar, may_be_outside

_BATCH_BYTES = 256 << 10
#: An event has some kilobytes; of a longer line no more than this is held at a time.
_LONGEST_BYTES = 64 << 20


class Readable(Protocol):
    """A file, as far as it is needed here."""

    def read(self, size: int, /) -> bytes:
        """Return the next *size* bytes, or fewer at the end."""
        ...


def batches_of(file: Readable) -> Iterator[list[AnyEvent]]:
    """
    Yield the events of *file*, one for each line, some hundred at a time.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: The line after the last
            event that was yielded is no event.
    """
    decoder = msgspec.json.Decoder(AnyEvent)
    for lines in _whole_lines(file):
        count = lines.count(b"\n") + (not lines.endswith(b"\n"))
        try:
            events = decoder.decode_lines(lines)
            if may_be_outside(lines):
                list(map(check_calendar, events))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            events = []
        if len(events) == count:
            yield events
        else:
            # One of them is broken, or empty: all before it are told first.
            yield from ([_one(decoder, line)] for line in lines.split(b"\n")[:count])


def _one(decoder: msgspec.json.Decoder[AnyEvent], line: bytes) -> AnyEvent:
    event = decoder.decode(line)
    check_calendar(event)
    return event


def _whole_lines(file: Readable) -> Iterator[bytes]:
    """Yield *file* in pieces that end with a line; only the last may lack its end."""
    rest = b""
    while chunk := file.read(_BATCH_BYTES):
        head, newline, tail = chunk.rpartition(b"\n")
        if newline:
            yield rest + head + newline
            rest = tail
        else:
            rest += tail
        if len(rest) > _LONGEST_BYTES:
            break
    if rest:
        yield rest
