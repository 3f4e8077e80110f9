"""The events of one recording, turned into facts in a single pass."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from harness.domain.generation import Generation
from harness.domain.message import Grant, Refusal
from harness.domain.recording import (
    AnyEvent,
    ClockSet,
    DeviceWiped,
    Exchange,
    OperationAnswered,
    OperationCalled,
    RecordingClosed,
    ServerTurned,
    SessionCrashed,
    SessionStopped,
    StartAnswered,
    StartCalled,
)
from harness.history import fact
from harness.history.accounts import Archive
from harness.history.claim import Claim
from harness.history.claiming import claims_of
from harness.history.device import Device
from harness.history.duties import (
    LATEST,
    TICK,
    Outage,
    add_duty,
    drop_done,
    excuse_purge,
    pass_time,
    sort_backlog,
)
from harness.history.operation import enter, withdraw
from harness.history.session import Attempt, Session, is_definitive
from harness.history.settlement import Settlement
from harness.history.submission import Submission, submission_of
from harness.history.tolerance import EXACT
from harness.history.watch import Watch
from harness.history.work import Work

#: What is told of an event at some position.
type Take = Callable[[History, int, Any], Iterable[fact.Fact]]


class History:
    """
    What happened so far.

    It remembers devices and what is still open: obligations, not events.
    """

    #: There is a session wherever the suite drives: it tells of each.
    has_sessions = True

    def __init__(
        self,
        generation: Generation,
        capabilities: frozenset[str],
        *,
        keeps_slots: bool = False,
        inexact: timedelta = EXACT,
    ) -> None:
        """
        Nothing has happened yet to an SDK of *generation* with these *capabilities*.

        With *keeps_slots* every slot is remembered to the end, and has a ledger there.
        Instants may be off by *inexact*, time having passed as it did.
        """
        self.generation = generation
        self.devices: dict[str, Device] = {}
        self._suppresses = "video-deduplication" in capabilities
        self._keeps_slots = keeps_slots
        self._inexact = inexact
        self._archive = Archive(None) if keeps_slots else Archive()
        self._sessions: dict[str, Session] = {}
        self._work: dict[str, Work] = {}
        self._down: frozenset[str] = frozenset()
        self._outages: list[Outage] = []
        self._watch = Watch()

    def apply(self, entry: int, event: AnyEvent) -> Iterable[fact.Fact]:
        """
        Take in the event at position *entry* and tell what it makes known.

        What is told has to be heard one by one: each fact shows things as they are then.
        """
        take = _TAKES.get(type(event), _nothing)
        if event.at < self._watch.due_at:
            return take(self, entry, event)
        return self._take_late(take, entry, event)

    def _take_late(self, take: Take, entry: int, event: AnyEvent) -> Iterator[fact.Fact]:
        """Judge what was due, of the device first that started first; then take it in."""
        due = self._watch.take(event.at)
        due.sort(key=lambda session: session.device.rank)
        for session in due:
            yield from pass_time(session, event.at, self._outages)
            self._watch.set(session)
        yield from take(self, entry, event)

    def _device(self, name: str) -> Device:
        found = self.devices.get(name)
        if found is None:
            found = Device(name, self.generation, self._archive, self._inexact)
            self.devices[name] = found
            found.suppresses_duplicates = self._suppresses
        return found

    def _live(self, device: Device) -> Session | None:
        session = self._sessions.get(device.name)
        return None if session is None or session.is_over else session

    def _start_called(self, entry: int, event: StartCalled) -> Iterator[fact.Fact]:
        device = self._device(event.device)
        if event.configuration.cache:
            device.licences = self._device(event.configuration.cache).licences
        yield from self._end(device, event.at, "restart")
        device.sessions += 1
        device_time = device.time(event.at)
        session = Session(
            device=device,
            number=device.sessions,
            entry=entry,
            started_at=event.at,
            device_start=device_time,
            configuration=event.configuration,
            settling=event.settling,
            had_licence=device.licences.has(event.configuration, device_time),
            bad_certificates=event.bad_certificates,
        )
        if device.name not in self._sessions:
            device.rank = len(self._sessions)
        self._sessions[device.name] = session
        device.forget_sessions()
        sort_backlog(session)
        yield fact.SessionStarted(session, device.last_end)

    def _start_answered(self, entry: int, event: StartAnswered) -> Iterator[fact.Fact]:
        device = self._device(event.device)
        session = self._live(device)
        if session is None:
            return
        session.outcome, session.outcome_entry = event, entry
        session.tills.clear()
        if session.configuration.cache:
            # The other process may have brought a licence meanwhile.
            licences, now = device.licences, device.time(event.at)
            session.had_licence |= licences.has(session.configuration, now)
        session.next_tick = event.at + TICK
        if session.is_licensed:
            device.client_uuids = session.client_uuids
            for lot in device.lots():
                if lot.owed and lot.key.slot == self.generation.slot_of(
                    session.device_start
                ):
                    add_duty(session, lot)
        self._watch.set(session)
        up = session.servers - self._down - session.untrustworthy
        yield fact.StartAnswered(session, up)

    def _operation_called(self, entry: int, event: OperationCalled) -> Iterable[fact.Fact]:
        session, down = self._sessions.get(event.device), self._down
        if session is None or session.is_over:
            device, session = self._device(event.device), None
        else:
            device = session.device
            down = down | session.untrustworthy if session.bad_certificates else down
        self._work[event.device] = enter(device, session, entry, event, down)
        return ()

    def _operation_answered(self, _: int, event: OperationAnswered) -> Iterable[fact.Fact]:
        work = self._work.pop(event.device, None)
        if work is None:
            return ()
        if work.lot and not event.performed:
            withdraw(self._device(event.device), work.lot)
        return () if work.is_ordinary else (fact.OperationSeen(work, event.performed),)

    def _exchange(self, entry: int, event: Exchange) -> Iterator[fact.Fact]:
        device = self._device(event.device or "")
        session = self._live(device)
        if session is None:
            return
        if event.base is not None:
            yield fact.RequestSeen(session, entry, event)
        if event.kind == "authorization":
            yield self._authorization(session, Attempt(entry, event))
            self._watch.set(session)
        elif event.kind == "usage":
            yield from self._usage(session, entry, event)
            drop_done(session)
            self._watch.set(session)

    def _authorization(self, session: Session, attempt: Attempt) -> fact.Fact:
        device, answer = session.device, attempt.exchange.answer
        was_empty, device.is_empty = device.is_empty, False
        session.enter(attempt)
        if isinstance(answer, Grant):
            device.keep_licence(session.configuration, answer)
            session.tills.clear()
        if isinstance(answer, Refusal) and is_definitive(answer):
            device.licences.drop(session.configuration)
        seen = fact.AuthorizationSeen(session, attempt, was_empty)
        uuid = getattr(attempt.exchange.request, "client_uuid", None)
        if uuid:
            device.uuids.setdefault(uuid, attempt.entry)
        return seen

    def _usage(self, session: Session, entry: int, event: Exchange) -> Iterator[fact.Fact]:
        device = session.device
        now = device.time(event.at)
        peak = device.clock_peak + device.inexact
        submission = submission_of(session.number, entry, event, now, peak)
        claims = claims_of(session, submission, event.request)
        if not submission.is_accepted and session.first_failure is None:
            session.first_failure = submission
        yield from _done_late(device, submission, claims)
        yield fact.submission_seen(session, submission, claims)

    def _stopped(self, _: int, event: SessionStopped) -> Iterator[fact.Fact]:
        return self._end(self._device(event.device), event.at, "stop")

    def _crashed(self, _: int, event: SessionCrashed) -> Iterator[fact.Fact]:
        device = self._device(event.device)
        open_slot = self.generation.slot_of(device.time(event.at))
        for lot in device.lots():
            if lot.key.slot == open_slot:
                lot.at_kill = True
        yield from self._end(device, event.at, "crash")

    def _end(self, device: Device, at: datetime, how: str) -> Iterator[fact.Fact]:
        session = self._live(device)
        if session:
            session.is_over = True
            device.last_end = how
            if how == "crash":
                device.crashed_sessions.add(session.number)
            elif how == "stop":
                device.stopped_sessions.add(session.number)
            yield fact.SessionEnded(session, at, how)
            session.deadlines.clear()
            session.tills.clear()

    def _wiped(self, _: int, event: DeviceWiped) -> Iterable[fact.Fact]:
        device = self._device(event.device)
        device.wipe()
        session = self._live(device)
        if session:
            session.tills.clear()
        return ()

    def _clock_set(self, _: int, event: ClockSet) -> Iterable[fact.Fact]:
        device = self._device(event.device)
        session = self._live(device)
        before = device.time(event.at)
        if session:
            session.clock_went_back |= event.to < before
            session.tills.clear()
        device.clock_offset = event.to - event.at
        device.clock_was_set = True
        excuse_purge(device, max(before, device.time(event.at)))
        return ()

    def _server_turned(self, _: int, event: ServerTurned) -> Iterable[fact.Fact]:
        if not event.up and event.server not in self._down:
            self._down |= {event.server}
            self._outages.append(Outage(event.server, event.at, None))
        elif event.up and event.server in self._down:
            self._down -= {event.server}
            self._outages = [
                _ended(outage, event)
                for outage in self._outages
                if outage.until is None or event.at - outage.until < 2 * LATEST
            ]
        return ()

    def _close(self, entry: int, event: RecordingClosed) -> Iterator[fact.Fact]:
        for device in self.devices.values():
            yield from self._end(device, event.at, "end")
            last = self._sessions.get(device.name)
            settlement = Settlement(device, last, event.at, entry, event.settled)
            yield from settlement.facts(with_slots=self._keeps_slots)


def _ended(outage: Outage, event: ServerTurned) -> Outage:
    """Let *outage* end if it is the one of the server that comes up."""
    is_it = outage.until is None and outage.server == event.server
    return replace(outage, until=event.at) if is_it else outage


def _nothing(_: History, __: int, ___: AnyEvent) -> Iterable[fact.Fact]:
    """Return what events make known that say nothing about an SDK."""
    return ()


def _done_late(
    device: Device, submission: Submission, claims: list[Claim]
) -> Iterator[fact.Fact]:
    """Tell which of the lots that went out had missed their duty before."""
    for claim in claims:
        for lot in claim.lots:
            if lot.misses:
                yield fact.DutyDoneLate(device, lot, lot.misses[0], submission)
                lot.misses = ()


#: Not of each history: what refers to itself is found late, when it is not needed any more.
_TAKES: dict[type, Take] = {
    StartCalled: History._start_called,
    StartAnswered: History._start_answered,
    OperationCalled: History._operation_called,
    OperationAnswered: History._operation_answered,
    Exchange: History._exchange,
    SessionStopped: History._stopped,
    SessionCrashed: History._crashed,
    ClockSet: History._clock_set,
    DeviceWiped: History._wiped,
    ServerTurned: History._server_turned,
    RecordingClosed: History._close,
}
