"""Judging a capture from beginning to end."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from harness.capture.auto import Choice
from harness.capture.decoding import Decoder
from harness.capture.flow import Flow, Unreadable
from harness.capture.har import read_har
from harness.capture.order import Placed, in_order
from harness.capture.recording_file import read_recorded
from harness.capture.source import Source
from harness.capture.told import Told
from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile
from harness.domain.evidence import Evidence
from harness.domain.message import AuthorizationRequest
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    Exchange,
    RecordingClosed,
    RecordingOpened,
    Sdk,
)
from harness.judge import Judge, Judgement

#: So many broken entries are named; the rest are counted.
_MOST_NAMED = 5
AUTO = "auto"


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
    reading: Reading, told: Told, generation: str | None, *, case: str
) -> Inspection:
    """
    Judge what *reading* yields, with what the inspector has *told*.

    Without a *generation* it is the one that the first authorisation request names.

    Raises:
        BadInput: There is nothing in it that could be judged.
    """
    exchanges = reading.exchanges
    first = list(_until_asked(exchanges))
    if not first:
        _refuse_empty(reading)
    named = generation or _generation(first, reading.recorded)
    opened = opened_capture(reading, told, named, first[0][1].at, case=case)
    judging = Judge(opened)
    until = opened.at
    for position, event in _merged(chain(first, exchanges), told.sessions):
        judging.see(event, position)
        until = max(until, event.over_at if isinstance(event, Exchange) else event.at)
    judging.see(RecordingClosed(at=until, settled=False), -1)
    _count_unreadable(reading.findings)
    return Inspection(reading.name, opened, until, judging.judgement(), reading.findings)


def _until_asked(exchanges: Iterator[Placed]) -> Iterator[Placed]:
    """Take what comes up to the first authorisation request, but not too much."""
    for count, placed in enumerate(exchanges):
        yield placed
        request = placed[1].request
        if isinstance(request, AuthorizationRequest) or count == _MOST_BEFORE:
            return


_MOST_BEFORE = 1_000


def _refuse_empty(reading: Reading) -> None:
    notes = "; ".join(reading.findings.notes)
    raise BadInput(
        f"{reading.name}: there is no authorisation request and no usage in it "
        f"({notes or 'all of it is about something else'}); is it the right file, and the "
        "right --profile?"
    )


def _generation(first: Iterable[Placed], recorded: RecordingOpened | None) -> str:
    if recorded is not None:
        return recorded.sdk.generation
    named = [getattr(exchange.request, "generation", None) for _, exchange in first]
    return next((name for name in named if name in ("lts", "dls")), "dls")


def opened_capture(
    reading: Reading, told: Told, generation: str, at: datetime, *, case: str
) -> RecordingOpened:
    """Return the head of the recording that a capture is."""
    reads = reading.reads
    is_read = bool({"authorization", "usage"} & set(reads))
    messages = (Evidence.MESSAGE,) if is_read else ()
    return RecordingOpened(
        at=at,
        schema=SCHEMA,
        dlscheck=version("dlscheck"),
        source="inspect",
        case=case,
        sdk=Sdk(name="capture", version="unknown", product="any", generation=generation),
        clock="captured",
        wire=reading.profile,
        evidence=(Evidence.ENVELOPE, *messages, *told.evidence),
        told=told.configuration,
        device=told.device,
        reads=reads,
    )


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
