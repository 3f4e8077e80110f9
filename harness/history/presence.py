"""
Which session of a device a message belongs to, as far as a capture tells.

A session is opened by a grant (or by what the inspector says). A restart on a valid local
licence asks nobody: only a submission at start + 180 k s, or (in DLS) one that no valid
licence could have allowed after a restart, is surely of the session that was seen to begin.
"""

from collections import deque
from datetime import datetime

from harness.domain.message import Grant
from harness.domain.recording import Configuration
from harness.history.device import Device
from harness.history.duties import BACKLOG_SPAN, LATEST, TICK
from harness.history.portions import Portions
from harness.history.session import Attempt, Session
from harness.history.submission import Submission
from harness.history.tolerance import TOLERANCE

_AT_START = BACKLOG_SPAN + TOLERANCE

#: Sessions whose ticks are remembered: two tabs of a browser share one device.
_FORMER = 4
#: Requests of one start follow one another within this.
_ONE_START = 30


class Presence:
    """
    One device in a capture.

    Attributes:
        session: The one that was last seen to begin; its number is 0 before any was.
        asking: A start that no server has granted yet.
        is_declared: The inspector has told when the session began.
        elsewhere_at: When another device was last seen to start: perhaps this one, under
            another client UUID.
        is_shared: Two sessions go on at once: nobody can tell them apart any more.
        is_renewal: The last grant came at a tick: perhaps no start at all.
        alive_at, alive_entry: When the session was last surely alive, and what shows it.
        due: When what was due at a start is judged, of each start that is not judged yet.
        early: A submission off the ticks of what had failed before: of the next start?
    """

    def __init__(self, device: Device, portions: Portions, session: Session) -> None:
        """Nothing was seen of *device* but that it is there."""
        self.device = device
        self.portions = portions
        self.session = session
        self.asking: Session | None = None
        self.is_declared = False
        self.elsewhere_at: datetime | None = None
        self.is_shared = False
        self.is_renewal = False
        self.alive_at: datetime | None = None
        self.alive_entry = -1
        self.early: Submission | None = None
        self.due: deque[tuple[datetime, Session]] = deque()
        self._anchors: tuple[datetime, ...] = ()
        self._former: deque[tuple[datetime, ...]] = deque(maxlen=_FORMER)

    @property
    def is_known(self) -> bool:
        """Whether a session was seen to begin, and not to end."""
        return bool(self.session.number) and not self.session.is_over

    def is_same_start(self, attempt: Attempt) -> bool:
        """Tell whether *attempt* goes on with the start that asks at present."""
        if self.asking is None or not self.asking.attempts:
            return False
        passed = attempt.exchange.at - self.asking.attempts[-1].exchange.over_at
        return passed.total_seconds() <= _ONE_START

    def begin(self, session: Session, *, is_declared: bool) -> None:
        """*session* begins."""
        if self._anchors:
            self._former.append(self._anchors)
        self.is_renewal = self.is_known and self._is_on(self._anchors, session.started_at)
        self.session, self.asking, self.is_declared = session, None, is_declared
        self.alive_at = None
        self._anchors = (session.started_at,)

    def grant(self, attempt: Attempt) -> None:
        """The session has its grant: ticks may count from the answer as well."""
        self._anchors = (*self._anchors[:1], attempt.exchange.over_at)

    def is_doubtful(self, at: datetime) -> bool:
        """Tell whether a submission at *at* may be of a session that nobody saw begin."""
        if not self.is_known or self.is_shared or at < self.session.started_at:
            return True
        return not self._is_at_start(at) and self.may_be_restart(at)

    def may_be_restart(self, at: datetime) -> bool:
        """Tell whether a restart that asked nobody would explain a submission at *at*."""
        if self.is_declared or self.is_on_tick(at):
            return False
        if self.device.generation.may_submit_first:
            return True
        grant = self.session.grant
        answer = grant.exchange.answer if grant else None
        until = answer.valid_until if isinstance(answer, Grant) else None
        return until is None or at < until or self._is_elsewhere(at)

    def _is_elsewhere(self, at: datetime) -> bool:
        return self.elsewhere_at is not None and at - self.elsewhere_at <= _AT_START

    def is_retry(self, before: Submission, now: Submission, *, was_doubtful: bool) -> bool:
        """Tell whether the session that made *before* has surely made *now* as well."""
        is_open = self.is_shared or self.is_renewal or not self.is_known
        if before.session != now.session or is_open or now.at < self.session.started_at:
            return False
        passed = now.at - before.at
        if passed <= TOLERANCE or self.is_declared:
            return True
        # After a while a restart may well happen to fall on a tick.
        return passed <= LATEST + TOLERANCE and self.is_on_tick(now.at) and not was_doubtful

    def is_later(self, before: Submission, now: Submission, *, was_doubtful: bool) -> bool:
        """Tell whether *now* was surely made by a later session than *before*."""
        is_open = self.is_shared or self.is_renewal or was_doubtful
        is_other = before.session not in (0, now.session)
        return is_other and not is_open and not self.is_doubtful(now.at)

    def is_done_in_session(self, slot: datetime, submitted_at: datetime) -> bool:
        """Tell whether usage of *slot* was surely done in the session that submits it."""
        if not self.is_known:
            return False
        begun = self.session.started_at
        return slot >= begun or (
            self.device.generation.slot_end(slot) > begun
            and not self._is_at_start(submitted_at)
        )

    def is_on_tick(self, at: datetime) -> bool:
        """Tell whether *at* is start + 180 k s of the session, k being 1 or more."""
        return self._is_on(self._anchors, at)

    def note(self, submission: Submission, *, is_again: bool) -> None:
        """Take in when something was submitted, *is_again*: not for the first time."""
        at = submission.at
        is_on_tick = self.is_on_tick(at)
        if is_on_tick or (self.is_declared and self.is_known):
            self.alive_at, self.alive_entry = at, submission.entry
        at_start = self.is_known and self._is_at_start(at)
        is_early = is_again and not is_on_tick and not at_start
        self.early = submission if is_early else None
        is_of_former = any(self._is_on(anchors, at) for anchors in self._former)
        if is_of_former and not is_on_tick and not at_start:
            self.is_shared = True

    def _is_at_start(self, at: datetime) -> bool:
        outcome = self.session.outcome
        begun = outcome.at if outcome else self.session.started_at
        return at <= begun + _AT_START

    def _is_on(self, anchors: tuple[datetime, ...], at: datetime) -> bool:
        passed = [at - anchor for anchor in anchors]
        ticks = [span % TICK for span in passed if span >= TICK - TOLERANCE]
        return any(min(off, TICK - off) <= TOLERANCE for off in ticks)


def unknown_session(device: Device, at: datetime, told: Configuration) -> Session:
    """Return what stands for a session that nobody saw begin."""
    return Session(
        device=device,
        number=0,
        entry=-1,
        started_at=at,
        device_start=at,
        configuration=told,
        settling=False,
        had_licence=False,
    )
