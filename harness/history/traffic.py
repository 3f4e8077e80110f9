"""
What happened, as far as traffic alone tells: the history of a capture.

Nobody saw starts and operations. A grant opens a session of its client UUID, from the
time of its request; units are known once they are submitted. Events come in the order in
which their exchanges were over. Where what was seen has an innocent explanation, the
facts leave it open.
"""

from collections.abc import Iterator
from datetime import datetime

from harness.domain.generation import Generation
from harness.domain.instant import EPOCH
from harness.domain.message import Report, Usage, UsageSubmission
from harness.domain.recording import (
    AnyEvent,
    Configuration,
    Exchange,
    RecordingClosed,
    RecordingOpened,
    SessionCrashed,
    SessionStopped,
    StartCalled,
)
from harness.history import fact
from harness.history.accounts import Archive
from harness.history.claim import Claim, Excess
from harness.history.device import Device
from harness.history.duties import BACKLOG_SPAN
from harness.history.lot import Key, Lot
from harness.history.neighbours import Aside, Neighbours, device_of
from harness.history.portions import Portions, is_failover, is_sent_on
from harness.history.presence import Presence, unknown_session
from harness.history.quarter import QUARTERS, Quarter, quarter_of
from harness.history.session import Attempt
from harness.history.starts import Starts
from harness.history.submission import Submission, submission_of
from harness.history.tolerance import TOLERANCE


class TrafficHistory:
    """What happened so far in a capture."""

    def __init__(self, generation: Generation, opened: RecordingOpened) -> None:
        """Nothing was seen yet of the capture that *opened* is the head of."""
        self.generation = generation
        self._told = opened.told or Configuration(servers=())
        self._only_device = opened.device
        self._is_closed = "usage" not in opened.reads
        self._starts = Starts(generation, self._told)
        self._quarters = [Quarter() for _ in range(QUARTERS)]
        self._neighbours = Neighbours()
        self._archive = Archive()

    @property
    def has_sessions(self) -> bool:
        """Whether any session was seen to begin."""
        return self._starts.is_any

    def apply(
        self, entry: int, event: AnyEvent, aside: Aside | None = None
    ) -> Iterator[fact.Fact]:
        """
        Take in the event at position *entry* and tell what it makes known.

        *aside* is what other devices have to do with it, where this history sees only
        some of the devices.
        """
        match event:
            case Exchange():
                yield from self._exchange(entry, event, aside)
            case StartCalled():
                presence = self._presence(event.device, event.at)
                yield from self._starts.pass_time(presence, event.at)
                yield from self._starts.declare(presence, event)
            case SessionStopped() | SessionCrashed():
                how = "stop" if isinstance(event, SessionStopped) else "crash"
                presence = self._presence(event.device, event.at)
                yield from self._end(presence, event.at, event.at, how)
            case RecordingClosed():
                yield from self._close(event.at)

    def _end(
        self, presence: Presence, at: datetime, now: datetime, how: str
    ) -> Iterator[fact.Fact]:
        """End a session *at* an instant, when all that was due before *now* is judged."""
        yield from self._starts.pass_time(presence, now)
        yield from self._starts.end(presence, at, how)

    def _close(self, at: datetime) -> Iterator[fact.Fact]:
        now = at + BACKLOG_SPAN + 2 * TOLERANCE
        for quarter in self._quarters:
            for presence in quarter.presences.values():
                yield from self._end(presence, at, now, "end")

    def _exchange(
        self, entry: int, event: Exchange, aside: Aside | None
    ) -> Iterator[fact.Fact]:
        name = device_of(event, self._only_device)
        presence = self._presence(name, event.at)
        aside = aside or self._neighbours.aside(name, entry, event)
        yield from self._starts.pass_time(presence, event.at)
        oldest = self._quarters[quarter_of(name)].forget_oldest()
        if oldest is not None:
            yield from self._end(oldest, event.at, event.at, "end")
        if event.kind == "authorization":
            session = presence.session
            yield from self._starts.ask(presence, Attempt(entry, event), aside.first)
            if presence.session is not session:
                self._neighbours.note_start(name, event.at)
            return
        if event.base is not None:
            yield fact.RequestSeen(presence.session, entry, event)
        if event.kind == "usage":
            presence.elsewhere_at = aside.elsewhere_at
            yield from self._usage(presence, entry, event)

    def _presence(self, name: str, at: datetime) -> Presence:
        quarter = self._quarters[quarter_of(name)]
        found = quarter.presences.pop(name, None) or self._newcomer(name, at, quarter)
        quarter.presences[name] = found
        return found

    def _newcomer(self, name: str, at: datetime, quarter: Quarter) -> Presence:
        device = Device(name, self.generation, self._archive)
        device.is_empty = False
        portions = Portions(name, self.generation, quarter.accepted)
        return Presence(device, portions, unknown_session(device, at, self._told))

    def _usage(
        self, presence: Presence, entry: int, event: Exchange
    ) -> Iterator[fact.Fact]:
        session = presence.session
        # What the device's own clock shows is not known; it may be a little ahead.
        submission = submission_of(
            session.number, entry, event, event.at, event.at + TOLERANCE
        )
        is_doubtful = presence.is_doubtful(event.at)
        claims = [
            self._claim(presence, submission, index, report, usage)
            for index, (report, usage) in enumerate(self._entries(event))
        ]
        presence.note(submission, is_again=any(c.is_again for c in claims))
        is_failed = event.is_answer_known and not submission.is_accepted
        if is_failed and session.first_failure is None:
            session.first_failure = submission
        grant = session.grant
        if grant and grant.exchange.at <= event.at < grant.exchange.over_at:
            yield fact.SubmittedBeforeGrant(session, submission, grant)
        yield fact.submission_seen(session, submission, claims, is_doubtful=is_doubtful)
        if not presence.is_shared:
            yield from _excesses(presence.device, claims)

    def _entries(self, event: Exchange) -> Iterator[tuple[Report, Usage]]:
        """Yield what is to be traced; a closed body is one portion, known by its digest."""
        if isinstance(event.request, UsageSubmission):
            for report in event.request.reports:
                for usage in report.usage:
                    yield report, usage
        elif self._is_closed and event.digest:
            yield Report(), Usage(type=event.digest, count=1)

    def _claim(
        self,
        presence: Presence,
        submission: Submission,
        index: int,
        report: Report,
        usage: Usage,
    ) -> Claim:
        """Trace one usage entry to what was submitted before."""
        device, session = presence.device, presence.session
        key = device.key_of(report, usage.type)
        if self._is_closed and usage.type:
            key = Key("", EPOCH, usage.type)
        units = int(usage.count) if usage.count and usage.count > 0 else 0
        claim = Claim(
            submission, index, report, usage, key, units, session_code=session.code
        )
        if key is None or not units or not submission.exchange.is_answer_known:
            return claim
        is_of_session = presence.is_done_in_session(key.slot, submission.at)
        found = presence.portions.trace(claim, session.number if is_of_session else -1)
        for lot in found:
            _sort(claim, lot, presence)
            lot.is_doubtful = presence.is_doubtful(submission.at)
            lot.submission, lot.portion = submission, index
        device.accepted_claims += submission.is_accepted
        return claim


def _sort(claim: Claim, lot: Lot, presence: Presence) -> None:
    """Say what it means that *claim* carries *lot*, which has failed before."""
    now, before = claim.submission, lot.submission
    assert before is not None
    carried = lot.units if claim.excess is None else claim.units - claim.excess.units
    is_whole = carried >= lot.units
    if before.exchange.over_at > now.at or not is_whole or is_sent_on(before):
        claim.undecided = [*claim.undecided, lot]
    elif is_failover(lot, now):
        claim.failed_over = [*claim.failed_over, lot]
    elif presence.is_retry(before, now, was_doubtful=lot.is_doubtful):
        claim.retried = [*claim.retried, lot]
        claim.tried_before = claim.tried_before or before
    elif presence.is_later(before, now, was_doubtful=lot.is_doubtful):
        claim.resent = [*claim.resent, lot]
    else:
        claim.undecided = [*claim.undecided, lot]
        claim.may_be_retry |= presence.is_known and before.session == now.session


def _excesses(device: Device, claims: list[Claim]) -> Iterator[fact.Fact]:
    """Tell what was accepted before, and failed portions that have grown."""
    for claim in claims:
        if claim.excess is None or not (claim.is_repeat or claim.resent):
            continue
        yield fact.ExcessSeen(
            device=device,
            excess=Excess(claim.excess, claim),
            is_repeat=claim.is_repeat,
            has_grown=not claim.is_repeat,
            is_failure=False,
            is_duplicate=False,
            is_stored=claim.submission.is_stored,
        )
