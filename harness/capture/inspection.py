"""Judging a capture from beginning to end."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from harness.capture.auto import Choice
from harness.capture.decoding import Decoder
from harness.capture.flow import Flow, Unreadable
from harness.capture.generation import DEFAULT, generation_told_by
from harness.capture.har import read_har
from harness.capture.head import head_of
from harness.capture.order import Placed, in_order
from harness.capture.recording_file import read_recorded
from harness.capture.redaction import Redactor
from harness.capture.source import Source
from harness.capture.told import Told
from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile
from harness.domain.recording import (
    AnyEvent,
    Exchange,
    RecordingClosed,
    RecordingOpened,
)
from harness.judge import Judge, Judgement

#: So many broken entries are named; the rest are counted.
_MOST_NAMED = 5
AUTO = "auto"
#: So many messages may pass before one tells the generation.
MOST_UNTOLD = 1_000


@dataclass
class Findings:
    """
    What came of reading a capture, while it is being read.

    Attributes:
        messages: Authorisation requests and submissions in it.
        notes: What a reader should know, one line each.
    """

    messages: int = 0
    unreadable: int = 0
    notes: list[str] = field(default_factory=list)

    def note_unreadable(self, entry: Unreadable) -> None:
        """Count a broken entry, and name it if it is one of the first."""
        self.unreadable += 1
        if self.unreadable <= _MOST_NAMED:
            self.notes.append(f"entry {entry.position} was left out: {entry.problem}")


@dataclass(frozen=True)
class Inspection:
    """
    A capture as it was judged.

    Attributes:
        opened: The head that it would have as a recording of ours.
        until: When its last exchange was over.
    """

    name: str
    opened: RecordingOpened
    until: datetime
    judgement: Judgement
    findings: Findings


@dataclass(frozen=True)
class Reading:
    """
    A capture, opened and decoded.

    Attributes:
        profile: Name of its wire profile.
        reads: What that decodes.
        exchanges: In order.
    """

    name: str
    profile: str
    reads: tuple[str, ...]
    exchanges: Iterator[Placed]
    findings: Findings
    recorded: RecordingOpened | None = None


@contextmanager
def open_capture(path: str, profile: str, servers: tuple[str, ...]) -> Iterator[Reading]:
    """
    Open the capture at *path* (``-``: standard input), to be decoded as it is read.

    Raises:
        BadInput: It cannot be read, or there is no such profile.
    """
    source = Source(path)
    try:
        yield _reading(source, profile, servers)
    finally:
        source.close()


def _reading(source: Source, profile: str, servers: tuple[str, ...]) -> Reading:
    findings = Findings()
    if source.format == "jsonl":
        return _recorded(source, findings)
    flows = _flows(source)
    if profile == AUTO:
        choice = Choice(flows)
        flows, chosen = choice.flows, choice.profile
        findings.notes.append(choice.reason)
    else:
        chosen = load_profile(profile, Path())
    placed = _decoded(flows, Decoder(chosen, servers), findings)
    return Reading(source.name, chosen.name, chosen.reads, in_order(placed), findings)


def _flows(source: Source) -> Iterator[Flow | Unreadable]:
    if source.format == "har":
        try:
            yield from read_har(source.file)
        except ValueError as error:
            raise BadInput(f"{source.name}: expected a HAR file: {error}") from error
        return
    from harness.capture.mitm_file import read_mitm

    yield from read_mitm(source.file)


def _decoded(
    flows: Iterable[Flow | Unreadable], decoder: Decoder, findings: Findings
) -> Iterator[Placed]:
    for flow in flows:
        if isinstance(flow, Unreadable):
            findings.note_unreadable(flow)
            continue
        exchange = decoder.decode(flow)
        if exchange is not None:
            findings.messages += 1
            yield flow.position, exchange


def _recorded(source: Source, findings: Findings) -> Reading:
    """Read a recording of ours: its messages are decoded already."""
    items = read_recorded(source.file)
    head = next(items, None)
    if not isinstance(head, RecordingOpened):
        raise BadInput(f"{source.name}: expected a recording of ours, got {head!r}")
    findings.notes.append(f"profile {head.wire}: a recording of ours is decoded already")

    def placed() -> Iterator[Placed]:
        for item in items:
            if isinstance(item, Unreadable):
                findings.note_unreadable(item)
            elif not isinstance(item, RecordingOpened):
                findings.messages += 1
                yield item

    return Reading(
        source.name, head.wire, head.reads, in_order(placed()), findings, recorded=head
    )


def inspect_capture(
    reading: Reading,
    told: Told,
    generation: str | None,
    *,
    case: str,
    redactor: Redactor | None = None,
    note: Callable[[AnyEvent], None] = lambda _: None,
) -> Inspection:
    """
    Judge what *reading* yields, with what the inspector has *told*.

    With a *redactor* all that is judged, and so all that is said, is without secrets.
    *note* is told each event, as it would stand in a recording of ours.

    Without a *generation* it is the one that the messages tell first.

    Raises:
        BadInput: There is nothing in it that could be judged.
    """
    exchanges, recorded = reading.exchanges, reading.recorded
    if recorded is not None and not told.evidence:
        # What the add-on was told while it recorded holds on.
        told = Told(recorded.told, recorded.device)
    first = list(_until_told(exchanges))
    if not first:
        _refuse_empty(reading)
    named = generation or _generation(first, reading.recorded)
    at = first[0][1].at
    opened = head_of(reading.profile, reading.reads, told, named, at, case=case)
    opened = redactor.head(opened) if redactor else opened
    note(opened)
    judging = Judge(opened)
    until = opened.at
    for position, seen in _merged(chain(first, exchanges), told.sessions):
        event = redactor.event(seen) if redactor else seen
        note(event)
        judging.see(event, position)
        until = max(until, event.over_at if isinstance(event, Exchange) else event.at)
    closed = RecordingClosed(at=until, settled=False)
    note(closed)
    judging.see(closed, -1)
    _count_unreadable(reading.findings)
    return Inspection(reading.name, opened, until, judging.judgement(), reading.findings)


def _until_told(exchanges: Iterator[Placed]) -> Iterator[Placed]:
    """Take what comes until the generation is known, but not too much."""
    for count, placed in enumerate(exchanges, start=1):
        yield placed
        if generation_told_by(placed[1]) or count == MOST_UNTOLD:
            return


def _refuse_empty(reading: Reading) -> None:
    notes = "; ".join(reading.findings.notes)
    raise BadInput(
        f"{reading.name}: there is no authorisation request and no usage in it "
        f"({notes or 'all of it is about something else'}); is it the right file, and the "
        "right --profile?"
    )


def _generation(first: Iterable[Placed], recorded: RecordingOpened | None) -> str:
    told = next(filter(None, (generation_told_by(event) for _, event in first)), None)
    return told or (recorded.sdk.generation if recorded else DEFAULT)


def _merged(
    exchanges: Iterator[Placed], sessions: Iterable[AnyEvent]
) -> Iterator[tuple[int, AnyEvent]]:
    """Put what the inspector knows between the exchanges; it has no place in the file."""
    waiting = list(sessions)[::-1]
    for position, exchange in exchanges:
        while waiting and waiting[-1].at <= exchange.at:
            yield -1, waiting.pop()
        yield position, exchange
    for event in reversed(waiting):
        yield -1, event


def _count_unreadable(findings: Findings) -> None:
    left = findings.unreadable - _MOST_NAMED
    if left > 0:
        findings.notes.append(f"and {left} more were left out")
