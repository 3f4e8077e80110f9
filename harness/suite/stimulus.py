"""
A capture as a scenario: what was done to the SDK, as far as its traffic tells.

Authorisations become starts, portions become operations of their slot, failed answers
become faults. Client UUIDs, codes and addresses are left behind: the scenario is played
with the mock server's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from harness.capture.order import Placed
from harness.documents.bad_input import BadInput
from harness.domain.generation import Generation
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Report,
    UsageSubmission,
)
from harness.domain.recording import Exchange
from harness.domain.span import Span
from harness.scenario.scenario import Operate, Scenario, Start, Step, Stop
from mock_server import Fault

_POSITIONS = ("first", "second", "third")
_CODES = ("200001-demo", "200001-other")
_FIRST_ERROR = 400
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
#: Requests of one start follow one another within this.
_ONE_START = timedelta(seconds=30)


@dataclass
class Stimulus:
    """What was done, in the making."""

    generation: Generation
    steps: list[tuple[datetime, int, Step]] = field(default_factory=list)
    started_at: datetime | None = None
    asked_at: datetime | None = None
    until: datetime | None = None
    types: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, exchange: Exchange) -> None:
        """Take in the next exchange of the client."""
        match exchange.request:
            case AuthorizationRequest() as asked:
                self._ask(exchange, asked)
            case UsageSubmission(reports=reports):
                self._submit(exchange, reports)
        self.until = exchange.at

    def _ask(self, exchange: Exchange, asked: AuthorizationRequest) -> None:
        is_same = self.asked_at is not None and exchange.at - self.asked_at <= _ONE_START
        self.asked_at = exchange.at
        begun = exchange.at if not is_same else self._at(-1)
        if not isinstance(exchange.answer, Grant):
            self._add(begun, Step(fault=_fault("authorization", exchange)), before=True)
        if is_same:
            return
        if self.started_at is not None:
            self._add(exchange.at, Step(stop=Stop()), before=True)
        self.started_at = exchange.at
        code = self._place(self.codes, asked.handshake_code or "", _CODES)
        self._add(exchange.at, Step(start=Start(handshake_code=code)))

    def _submit(self, exchange: Exchange, reports: Iterable[Report]) -> None:
        for report in reports:
            self._operate(report, exchange.at)
        if not isinstance(exchange.answer, Receipt) and exchange.is_answer_known:
            fault = Step(fault=_fault("usage", exchange))
            self._add(exchange.at - _SECOND, fault)

    def _operate(self, report: Report, submitted_at: datetime) -> None:
        """Place the units of *report* in their slot, within the session that was seen."""
        if report.time_label is None or self.started_at is None:
            return
        slot = self.generation.slot_of(report.time_label)
        at = max(slot + _MINUTE, self.started_at + _SECOND)
        if at >= min(submitted_at, self.generation.slot_end(slot)):
            return
        for usage in report.usage:
            portion = (slot, report.handshake_code, usage.type, usage.count)
            if not usage.count or usage.count < 1 or portion in self.seen:
                continue
            self.seen.add(portion)
            place = self._place(self.types, usage.type or "", _POSITIONS)
            operate = Operate(type=place, count=int(usage.count))  # type: ignore[arg-type]
            self._add(at, Step(operate=operate))

    def _place(self, known: dict[str, int], name: str, places: tuple[str, ...]) -> str:
        """What the capture names becomes a place in ours; the last one takes the rest."""
        return places[min(known.setdefault(name, len(known)), len(places) - 1)]

    def _at(self, index: int) -> datetime:
        return self.steps[index][0]

    def _add(self, at: datetime, step: Step, *, before: bool = False) -> None:
        self.steps.append((at, len(self.steps) - (1_000_000 if before else 0), step))

    def scenario(self, summary: str) -> Scenario:
        """
        Return all of it as a scenario.

        Raises:
            BadInput: Nobody was seen to start.
        """
        if self.started_at is None or self.until is None:
            raise BadInput("a scenario begins with a start, and no authorisation was seen")
        ordered = sorted(self.steps, key=lambda item: item[:2])
        first = next(at for at, _, step in ordered if step.start)
        end = (self.until + timedelta(minutes=10), 0, Step(stop=Stop()))
        return Scenario(
            summary=summary,
            exercises=("auth/carries-client-uuid",),
            generations=(self.generation.name,),  # type: ignore[arg-type]
            begin=_rounded(first),
            steps=tuple(_timed([*ordered, end], _rounded(first))),
        )


def stimulus_of(exchanges: Iterable[Placed], generation: Generation) -> Stimulus:
    """Return the stimulus of the client that was seen first."""
    stimulus = Stimulus(generation)
    client: str | None = None
    for _, exchange in exchanges:
        uuids = _clients(exchange)
        client = client or next(iter(uuids), None)
        if client in uuids:
            stimulus.take(exchange)
    return stimulus


def _clients(exchange: Exchange) -> list[str]:
    match exchange.request:
        case AuthorizationRequest(client_uuid=str(uuid)):
            return [uuid]
        case UsageSubmission(reports=reports):
            return [report.client_uuid for report in reports if report.client_uuid]
    return []


def _fault(kind: Literal["authorization", "usage"], exchange: Exchange) -> Fault:
    """Return what makes our mock answer as the server did."""
    if exchange.status is None:
        return Fault(on=kind, do="reset")
    if exchange.status >= _FIRST_ERROR:
        return Fault(on=kind, do="status", status=exchange.status)
    return Fault(on=kind, do="malformed")


def _timed(steps: Iterable[tuple[datetime, int, Step]], begin: datetime) -> Iterator[Step]:
    now = begin
    for at, _, step in steps:
        span = _rounded(at) - now
        if span > timedelta():
            yield Step(advance=Span(seconds=span.total_seconds()))
            now += span
        yield step


def _rounded(at: datetime) -> datetime:
    return at.replace(microsecond=0)
