"""Sessions in a capture: opened by a grant, from its request on, or as it is told."""

from collections.abc import Iterator
from datetime import datetime

from harness.domain.generation import Generation
from harness.domain.message import Grant, Refusal
from harness.domain.recording import Configuration, Exchange, StartAnswered, StartCalled
from harness.history import fact
from harness.history.duties import BACKLOG_SPAN
from harness.history.lot import Duty, Miss
from harness.history.presence import Presence, unknown_session
from harness.history.session import Attempt, Session, is_definitive
from harness.history.tolerance import TOLERANCE

#: A start that is never granted may ask for ever; the first and the latest are enough.
_MOST_ATTEMPTS = 64


class Starts:
    """
    Opens and ends sessions, and knows what is due at each start.

    Attributes:
        is_any: Whether a session was seen to begin at all.
    """

    def __init__(self, generation: Generation, told: Configuration) -> None:
        """Begin without any; *told* is what the inspector says the SDK was told."""
        self._generation = generation
        self._told = told
        self.is_any = False

    def ask(
        self, presence: Presence, attempt: Attempt, first: Attempt | None
    ) -> Iterator[fact.Fact]:
        """
        Take in an authorisation request with its answer.

        *first* is the first one of the same connection or page.
        """
        device, answer = presence.device, attempt.exchange.answer
        session = self._session_asking(presence, attempt)
        if isinstance(answer, Grant) and session is presence.asking:
            yield from self._begin(presence, session, attempt)
        if attempt.exchange.base is not None:
            yield fact.RequestSeen(session, attempt.entry, attempt.exchange)
        was_empty, device.is_empty = device.is_empty, False
        session.enter(attempt, _MOST_ATTEMPTS)
        if isinstance(answer, Refusal) and is_definitive(answer):
            device.licences.drop(session.configuration)
        yield fact.AuthorizationSeen(session, attempt, was_empty, first)
        uuid = getattr(attempt.exchange.request, "client_uuid", None)
        if uuid:
            device.uuids.setdefault(uuid, attempt.entry)
        if isinstance(answer, Grant):
            device.keep_licence(session.configuration, answer)
            yield from self._grant(presence, attempt)

    def _session_asking(self, presence: Presence, attempt: Attempt) -> Session:
        """Return the session that asks: one that was told, or a start not yet granted."""
        if presence.is_declared and presence.is_known:
            return presence.session
        if not presence.is_same_start(attempt):
            presence.asking = self._session(presence, attempt)
        assert presence.asking is not None
        return presence.asking

    def _session(self, presence: Presence, attempt: Attempt) -> Session:
        device, at = presence.device, attempt.exchange.at
        told = self._configuration(attempt.exchange)
        session = unknown_session(device, at, told)
        device.sessions += 1
        session.number, session.entry = device.sessions, attempt.entry
        session.had_licence = device.licences.has(told, at)
        return session

    def _configuration(self, exchange: Exchange) -> Configuration:
        """What the SDK was told; where nobody says so, what it asks for."""
        told, request = self._told, exchange.request
        if told.handshake_code or told.organization_id:
            return told
        return Configuration(
            servers=told.servers,
            handshake_code=getattr(request, "handshake_code", None),
            organization_id=getattr(request, "organization_id", None),
            session_password=told.session_password,
        )

    def _begin(
        self, presence: Presence, session: Session, attempt: Attempt
    ) -> Iterator[fact.Fact]:
        at, early = attempt.exchange.at, presence.early
        is_second = presence.is_known
        yield from self.end(presence, at, "restart")
        session.started_at = session.device_start = at
        session.entry = attempt.entry
        presence.begin(session, is_declared=False)
        self.is_any = True
        yield fact.SessionStarted(session, presence.device.last_end)
        if is_second and early is not None and at - early.at <= TOLERANCE:
            yield fact.SubmittedBeforeGrant(session, early, attempt)

    def declare(self, presence: Presence, event: StartCalled) -> Iterator[fact.Fact]:
        """Open a session that the inspector knows of."""
        yield from self.end(presence, event.at, "restart")
        device = presence.device
        device.sessions += 1
        session = unknown_session(device, event.at, event.configuration)
        session.number = device.sessions
        presence.begin(session, is_declared=True)
        self.is_any = True
        yield fact.SessionStarted(session, device.last_end)

    def _grant(self, presence: Presence, attempt: Attempt) -> Iterator[fact.Fact]:
        session, device = presence.session, presence.device
        over_at = attempt.exchange.over_at
        session.outcome = StartAnswered(at=over_at, device=device.name, authorized=True)
        session.outcome_entry = attempt.entry
        device.client_uuids = session.client_uuids
        presence.grant(attempt)
        self._sort_backlog(presence)
        presence.due.append((over_at + BACKLOG_SPAN + TOLERANCE, session))
        yield fact.StartAnswered(session, up=_answered(session))

    def _sort_backlog(self, presence: Presence) -> None:
        """What has failed is due, if its slot is over and it may not be purged by now."""
        session, generation = presence.session, self._generation
        session.backlog, session.too_old, session.backlog_judged = [], [], False
        for lot in list(presence.portions.failed()):
            age = session.started_at - generation.slot_end(lot.key.slot)
            if age < TOLERANCE:
                continue
            if generation.retention is None or age < generation.retention:
                session.backlog.append(lot)
                continue
            presence.portions.forget(lot)
            if age > generation.retention + generation.retention_slack:
                session.too_old.append(lot)

    def pass_time(self, presence: Presence, now: datetime) -> Iterator[fact.Fact]:
        """Judge what was due at a start of the device before *now*."""
        while presence.due and presence.due[0][0] < now:
            _, session = presence.due.popleft()
            if session.backlog_judged:
                continue
            session.backlog_judged = True
            number = session.number
            sent = [lot for lot in session.backlog if lot.was_tried_in(number)]
            session.backlog = [x for x in session.backlog if not x.was_tried_in(number)]
            is_excused = session.first_failure is not None
            yield fact.BacklogJudged(
                session, sent, session.backlog, session.too_old, is_excused
            )

    def end(self, presence: Presence, at: datetime, how: str) -> Iterator[fact.Fact]:
        """End the session of *presence*, if one is known."""
        session, device = presence.session, presence.device
        if not presence.is_known:
            return
        if presence.is_declared and how in ("stop", "crash"):
            presence.alive_at, presence.alive_entry = at, -1
        yield from _missing(presence)
        if session.outcome is None and session.attempts:
            yield fact.StartAnswered(session, up=_answered(session))
        session.is_over = True
        device.last_end = how
        seen_until = at if presence.is_declared else presence.alive_at
        yield fact.SessionEnded(session, seen_until or session.started_at, how)


def _answered(session: Session) -> frozenset[str]:
    """Return the servers that have answered this start, with whatever it was."""
    return frozenset(a.exchange.server for a in session.attempts if a.exchange.status)


def _missing(presence: Presence) -> Iterator[fact.Fact]:
    """Tell what a session that lived on should have submitted at its start."""
    session, alive_at = presence.session, presence.alive_at
    outcome = session.outcome
    if alive_at is None or outcome is None or not session.backlog_judged:
        return
    lived = alive_at - outcome.at > BACKLOG_SPAN + TOLERANCE
    is_open = presence.is_shared or presence.is_renewal
    if not lived or is_open or session.first_failure is not None:
        return
    for lot in session.backlog:
        if lot.misses or lot.was_tried_in(session.number):
            continue
        number, entry = session.number, session.entry
        miss = Miss(Duty.BACKLOG, number, outcome.at, entry, lot.fate, is_old=False)
        lot.misses += (miss,)
        yield fact.LotMissing(
            presence.device,
            lot,
            miss,
            alive_at,
            presence.alive_entry,
            "the session was still alive",
        )
