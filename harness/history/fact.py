"""
Facts: what rules listen to.

Each names the method of a rule that hears it. They are told in the order in which they
came to be known; one that is known only at the end comes after everything else.
"""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from harness.domain.recording import Exchange
from harness.domain.results import Ledger
from harness.domain.slot_ledger import SlotLedger
from harness.history import mark
from harness.history.claim import Claim, Excess
from harness.history.device import Device
from harness.history.lot import Lot, Miss
from harness.history.session import Attempt, Session
from harness.history.submission import Submission
from harness.history.work import Work

#: What was done so long ago may be too old.
_DAYS = timedelta(days=2)


class SessionStarted(msgspec.Struct, frozen=True, eq=False):
    """The application has called start. *previous_end*: how the last session ended."""

    hook: ClassVar[str] = "on_session_started"
    session: Session
    previous_end: str | None


class RequestSeen(msgspec.Struct, frozen=True, eq=False):
    """Any request to a server whose URL is known, told before what it is about."""

    hook: ClassVar[str] = "on_request"
    session: Session
    entry: int
    exchange: Exchange


class AuthorizationSeen(msgspec.Struct, frozen=True, eq=False):
    """
    An authorisation request and its answer.

    Attributes:
        was_empty: The device had asked for nothing before.
        first: Of a capture: the first request of the same connection or page, if that is
            another one.
    """

    hook: ClassVar[str] = "on_authorization"
    session: Session
    attempt: Attempt
    was_empty: bool
    first: Attempt | None = None


class StartAnswered(msgspec.Struct, frozen=True, eq=False):
    """
    The SDK has told its caller how the start went: see the session.

    Attributes:
        up: The servers that it was told of and that took connections, of ``main`` and
            ``standby``; not those whose certificate is bad.
    """

    hook: ClassVar[str] = "on_start_answered"
    session: Session
    up: frozenset[str]

    @property
    def is_unreachable(self) -> bool:
        """No server that the SDK could ask gave a grant or a definitive refusal."""
        session = self.session
        is_asked = bool(session.attempts) or not self.up
        return is_asked and session.grant is None and session.refusal is None


class OperationSeen(msgspec.Struct, frozen=True, eq=False):
    """
    The SDK was asked to work, and something about it is out of the ordinary.

    *performed*: it did. What is done under a licence, with success, for the first time
    and without content is told once it is submitted, or missing.
    """

    hook: ClassVar[str] = "on_operation"
    work: Work
    performed: bool


class SubmissionSeen(msgspec.Struct, frozen=True, eq=False):
    """
    A submission, and what its usage entries claim, in the order of the message.

    Attributes:
        marks: What is out of the ordinary about it: see `harness.history.mark`.
        is_news: Whether it carries something that was done in this very session.
        is_doubtful: Nobody saw which session made it: a restart that asks nobody may
            have come before (captures).
    """

    hook: ClassVar[str] = "on_submission"
    session: Session
    submission: Submission
    claims: list[Claim]
    marks: int
    is_news: bool
    is_doubtful: bool = False


def submission_seen(
    session: Session,
    submission: Submission,
    claims: list[Claim],
    *,
    is_doubtful: bool = False,
) -> SubmissionSeen:
    """Return what is to be told of *submission*, which lays these *claims*."""
    marks, is_news, number = _marks(session, submission, claims), False, session.number
    for claim in claims:
        for lot in claim.lots:
            marks |= lot.marks
            if lot.session == number:
                is_news = True
            else:
                marks |= mark.LEFT_OVER
    marks |= 0 if is_news else mark.NO_NEWS
    return SubmissionSeen(session, submission, claims, marks, is_news, is_doubtful)


def _marks(session: Session, submission: Submission, claims: list[Claim]) -> int:
    marks = 0 if claims else mark.EMPTY
    if not submission.is_accepted:
        marks |= mark.REJECTED
    if session.first_failure is not None:
        marks |= mark.AFTER_FAILURE
    if not session.device.was_granted:
        marks |= mark.UNGRANTED
    if session.grant is None:
        marks |= mark.NO_GRANT
    if session.has_two_servers:
        marks |= mark.TWO_SERVERS
    old = submission.device_time - _DAYS
    for claim in claims:
        if claim.key is not None:
            marks |= mark.OTHER_CODE if claim.key.code != claim.session_code else 0
            marks |= mark.OLD if claim.key.slot < old else 0
        if not claim.is_plain:
            marks |= mark.RESENT if claim.resent else 0
            marks |= mark.STORED if claim.redelivered or claim.merged else 0
            marks |= mark.RETRIED if claim.retried or claim.may_be_retry else 0
    return marks


class SubmittedBeforeGrant(msgspec.Struct, frozen=True, eq=False):
    """A start that got its *grant* had submitted something before (captures)."""

    hook: ClassVar[str] = "on_submitted_before_grant"
    session: Session
    submission: Submission
    grant: Attempt


class BacklogJudged(msgspec.Struct, frozen=True, eq=False):
    """
    The time for what was left over has passed, in a session that has a licence.

    Attributes:
        sent, unsent: Lots that were due, and whether they went out in this session.
        too_old: Lots older than any retention, which must not go out.
        is_excused: A server was down or a submission failed meanwhile.
    """

    hook: ClassVar[str] = "on_backlog_judged"
    session: Session
    sent: list[Lot]
    unsent: list[Lot]
    too_old: list[Lot]
    is_excused: bool


class TicksPassed(msgspec.Struct, frozen=True, eq=False):
    """*count* instants start + 180 k s have passed; *is_idle*: nothing was waiting."""

    hook: ClassVar[str] = "on_ticks_passed"
    session: Session
    count: int
    is_idle: bool


class SessionEnded(msgspec.Struct, frozen=True, eq=False):
    """A session is over: by ``stop``, ``crash``, ``restart``, or ``end`` of recording."""

    hook: ClassVar[str] = "on_session_ended"
    session: Session
    at: datetime
    how: str


class DutyDoneLate(msgspec.Struct, frozen=True, eq=False):
    """A lot whose duty was missed went out after all, with *submission*."""

    hook: ClassVar[str] = "on_duty_done_late"
    device: Device
    lot: Lot
    miss: Miss
    submission: Submission

    @property
    def is_same_session(self) -> bool:
        """Whether it went out in the session that missed it."""
        return self.submission.session == self.miss.session


class LotMissing(msgspec.Struct, frozen=True, eq=False):
    """
    A lot that no server ever got.

    Attributes:
        miss: The first duty that it missed, if any.
        entry, until: Up to where it was looked for: an event, and what that is.
    """

    hook: ClassVar[str] = "on_lot_missing"
    device: Device
    lot: Lot
    miss: Miss | None
    at: datetime
    entry: int
    until: str = "end of the recording"


class AnswerNeverRecovered(msgspec.Struct, frozen=True, eq=False):
    """A lot was stored, the answer lost, and it was due again and never came."""

    hook: ClassVar[str] = "on_answer_never_recovered"
    device: Device
    lot: Lot
    miss: Miss


class DutyNeverDone(msgspec.Struct, frozen=True, eq=False):
    """A lot missed a tick and then, rightly, grew too old to be submitted at all."""

    hook: ClassVar[str] = "on_duty_never_done"
    device: Device
    lot: Lot
    miss: Miss


class LotMisplaced(msgspec.Struct, frozen=True, eq=False):
    """
    Units missing from their own key were claimed under another.

    Attributes:
        changed: Which part differs: ``slot``, ``type`` or ``code``.
        had_failed: They had been submitted rightly before, in vain.
        is_off_grid, is_ahead: What is wrong with the label that was used.
        is_other_side: A boundary instant was counted as the other generation does.
        is_merged: The portion carries units that belong where they are, too.
    """

    hook: ClassVar[str] = "on_lot_misplaced"
    device: Device
    lot: Lot
    excess: Excess
    changed: str
    had_failed: bool
    is_off_grid: bool
    is_ahead: bool
    is_other_side: bool
    is_merged: bool

    @property
    def is_plain(self) -> bool:
        """A wrong slot, and nothing else is known to explain it."""
        named = self.had_failed or self.is_off_grid or self.is_ahead
        special = self.is_other_side or self.is_merged or self.is_of_clock
        return self.changed == "slot" and not named and not special

    @property
    def is_of_clock(self) -> bool:
        """The device's clock or time zone had been changed."""
        return self.lot.is_of_set_clock or self.lot.is_of_time_zone


class ExcessSeen(msgspec.Struct, frozen=True, eq=False):
    """
    Units that nobody performed and that stand for no missing ones.

    Attributes:
        is_repeat: Units of that key were accepted before.
        has_grown: The portion carries failed units, and these on top.
        is_failure: Actions that did not succeed would have yielded them.
        is_duplicate: Repeats within 3 s would have yielded them.
        is_stored: A server has them.
    """

    hook: ClassVar[str] = "on_excess"
    device: Device
    excess: Excess
    is_repeat: bool
    has_grown: bool
    is_failure: bool
    is_duplicate: bool
    is_stored: bool


class DeviceSettled(msgspec.Struct, frozen=True, eq=False):
    """The recording is over for a device: its ledger in units, as a whole and by slot."""

    hook: ClassVar[str] = "on_device_settled"
    device: Device
    ledger: Ledger
    slots: tuple[SlotLedger, ...]


Fact = (
    SessionStarted
    | RequestSeen
    | AuthorizationSeen
    | StartAnswered
    | OperationSeen
    | SubmissionSeen
    | SubmittedBeforeGrant
    | BacklogJudged
    | TicksPassed
    | SessionEnded
    | DutyDoneLate
    | LotMissing
    | AnswerNeverRecovered
    | DutyNeverDone
    | LotMisplaced
    | ExcessSeen
    | DeviceSettled
)
