"""Our own recordings, read as captures: of a run as well as of the mitmproxy add-on."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from harness.capture.flow import Unreadable
from harness.domain.recording import AnyEvent, Exchange, RecordingOpened
from harness.recordings.calendar import check_calendar, may_be_outside
from harness.recordings.lines import lines_of

#: Where a recording of ours begins: what tells it from other files.
HEAD = b'{"event":"recording-opened"'


def read_recorded(
    file: BinaryIO,
) -> Iterator[RecordingOpened | tuple[int, Exchange] | Unreadable]:
    """
    Yield the head, and every exchange with its position among the exchanges.

    Whose device an exchange was, and what the server stored, is left out: no capture
    would know. A line that was cut off is told.
    """
    decoder = msgspec.json.Decoder(AnyEvent)
    position = 0
    for line in lines_of(file):
        try:
            event = decoder.decode(line)
            if may_be_outside(line):
                check_calendar(event)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield Unreadable(position, f"expected an event of a recording, {error}")
            continue
        if isinstance(event, RecordingOpened):
            yield event
        elif isinstance(event, Exchange):
            yield position, _as_seen(event)
            position += 1


def _as_seen(event: Exchange) -> Exchange:
    if event.answered_at is not None:
        return event
    return msgspec.structs.replace(
        event, device=None, stored=None, fault=None, answered_at=event.at
    )
