"""The events of one recording, turned into facts in a single pass."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from harness.domain.generation import Generation
from harness.domain.message import Grant, Refusal, Report, Usage, UsageSubmission
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
from harness.history.claim import Claim, Excess
from harness.history.device import Device
from harness.history.duties import (
    LATEST,
    TICK,
    Outage,
    add_duty,
    excuse_purge,
    pass_time,
    sort_backlog,
)
from harness.history.operation import enter, withdraw
from harness.history.session import Attempt, Session, is_definitive
from harness.history.settlement import Settlement
from harness.history.submission import Submission
from harness.history.work import Work


class History:
    """
    What happened so far.

    It remembers devices and what is still open: obligations, not events.
    """

    def __init__(self, generation: Generation, capabilities: frozenset[str]) -> None:
        """Nothing has happened yet to an SDK of *generation* with these *capabilities*."""
        self.generation = generation
        self._suppresses = "video-deduplication" in capabilities
        self.devices: dict[str, Device] = {}
        self._sessions: dict[str, Session] = {}
        self._work: dict[str, Work] = {}
        self._down: set[str] = set()
        self._outages: list[Outage] = []

    @property
    def has_sessions(self) -> bool:
        """Whether any session began: the suite tells of each."""
        return True

    def apply(self, entry: int, event: AnyEvent) -> Iterator[fact.Fact]:
        """Take in the event at position *entry* and tell what it makes known."""
        for session in self._sessions.values():
            if not session.is_over:
                yield from pass_time(session, event.at, self._outages)
        match event:
            case StartCalled():
                yield from self._start_called(entry, event)
            case StartAnswered():
                yield from self._start_answered(entry, event)
            case OperationCalled():
                self._operation_called(entry, event)
            case OperationAnswered():
                yield from self._operation_answered(event)
            case Exchange():
                yield from self._exchange(entry, event)
            case SessionStopped():
                yield from self._end(self._device(event.device), event.at, "stop")
            case SessionCrashed():
                yield from self._crash(event)
            case ClockSet():
                self._clock_set(event)
            case DeviceWiped():
                self._device(event.device).wipe()
            case ServerTurned():
                self._server_turned(event)
            case RecordingClosed():
                yield from self._close(entry, event)

    def _device(self, name: str) -> Device:
        found = self.devices.get(name)
        if found is None:
            found = self.devices[name] = Device(name, self.generation)
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
        self._sessions[device.name] = session
        sort_backlog(session)
        yield fact.SessionStarted(session, device.last_end)

    def _start_answered(self, entry: int, event: StartAnswered) -> Iterator[fact.Fact]:
        device = self._device(event.device)
        session = self._live(device)
        if session is None:
            return
        session.outcome, session.outcome_entry = event, entry
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
        up = session.servers - self._down - session.untrustworthy
        yield fact.StartAnswered(session, up)

    def _operation_called(self, entry: int, event: OperationCalled) -> None:
        device = self._device(event.device)
        session, down = self._live(device), frozenset(self._down)
        if session:
            down |= session.untrustworthy
        self._work[device.name] = enter(device, session, entry, event, down)

    def _operation_answered(self, event: OperationAnswered) -> Iterator[fact.Fact]:
        device = self._device(event.device)
        work = self._work.pop(device.name, None)
        if work is None:
            return
        if work.lot and not event.performed:
            withdraw(device, work.lot)
        yield fact.OperationSeen(work, event.performed)

    def _exchange(self, entry: int, event: Exchange) -> Iterator[fact.Fact]:
        device = self._device(event.device or "")
        session = self._live(device)
        if session is None:
            return
        yield fact.RequestSeen(session, entry, event)
        if event.kind == "authorization":
            yield self._authorization(session, Attempt(entry, event))
        elif event.kind == "usage":
            yield from self._usage(session, entry, event)

    def _authorization(self, session: Session, attempt: Attempt) -> fact.Fact:
        device, answer = session.device, attempt.exchange.answer
        was_empty, device.is_empty = device.is_empty, False
        session.attempts.append(attempt)
        session.note_answer(attempt)
        if isinstance(answer, Grant):
            device.keep_licence(session.configuration, answer)
        if isinstance(answer, Refusal) and is_definitive(answer):
            device.licences.drop(session.configuration)
        seen = fact.AuthorizationSeen(session, attempt, was_empty)
        uuid = getattr(attempt.exchange.request, "client_uuid", None)
        if uuid:
            device.uuids.setdefault(uuid, attempt.entry)
        return seen

    def _usage(self, session: Session, entry: int, event: Exchange) -> Iterator[fact.Fact]:
        device = session.device
        device_time = device.time(event.at)
        peak = device.clock_peak or device_time
        submission = Submission(session.number, entry, event, device_time, peak)
        request = event.request
        reports = request.reports if isinstance(request, UsageSubmission) else ()
        entries = [(report, usage) for report in reports for usage in report.usage]
        claims = [
            _claim(session, submission, index, report, usage)
            for index, (report, usage) in enumerate(entries)
        ]
        if not submission.is_accepted and session.first_failure is None:
            session.first_failure = submission
        yield from _done_late(device, submission, claims)
        yield fact.SubmissionSeen(session, submission, claims)

    def _crash(self, event: SessionCrashed) -> Iterator[fact.Fact]:
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

    def _clock_set(self, event: ClockSet) -> None:
        device = self._device(event.device)
        session = self._live(device)
        before = device.time(event.at)
        if session and event.to < before:
            session.clock_went_back = True
        device.clock_offset = event.to - event.at
        device.clock_was_set = True
        excuse_purge(device, max(before, device.time(event.at)))

    def _server_turned(self, event: ServerTurned) -> None:
        if not event.up and event.server not in self._down:
            self._down.add(event.server)
            self._outages.append(Outage(event.server, event.at, None))
        elif event.up and event.server in self._down:
            self._down.discard(event.server)
            self._outages = [
                _ended(outage, event)
                for outage in self._outages
                if outage.until is None or event.at - outage.until < 2 * LATEST
            ]

    def _close(self, entry: int, event: RecordingClosed) -> Iterator[fact.Fact]:
        for device in self.devices.values():
            yield from self._end(device, event.at, "end")
            last = self._sessions.get(device.name)
            settlement = Settlement(device, last, event.at, entry, event.settled)
            yield from settlement.facts()


def _ended(outage: Outage, event: ServerTurned) -> Outage:
    """Let *outage* end if it is the one of the server that comes up."""
    is_it = outage.until is None and outage.server == event.server
    return replace(outage, until=event.at) if is_it else outage


def _claim(
    session: Session, submission: Submission, index: int, report: Report, usage: Usage
) -> Claim:
    """Trace one usage entry to the lots of the device."""
    device = session.device
    key = device.key_of(report, usage.type)
    units = int(usage.count) if usage.count and usage.count > 0 else 0
    claim = Claim(submission, index, report, usage, key, units, session_code=session.code)
    if key is None:
        device.unattributed_units += units
    if key is None or not units:
        return claim
    device.account(key).settle(claim)
    if claim.excess:
        device.excesses.append(Excess(claim.excess, claim))
    if submission.is_accepted:
        device.accepted_claims += 1
    return claim


def _done_late(
    device: Device, submission: Submission, claims: list[Claim]
) -> Iterator[fact.Fact]:
    """Tell which of the lots that went out had missed their duty before."""
    for claim in claims:
        for lot in claim.lots:
            if lot.misses:
                yield fact.DutyDoneLate(device, lot, lot.misses[0], submission)
                lot.misses.clear()
