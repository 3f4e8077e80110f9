"""What a finding points to: events of the recording, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.domain.recording import StartAnswered
from harness.history.claim import Claim
from harness.history.lot import Lot
from harness.history.session import Attempt, Session
from harness.history.submission import Submission


@dataclass(frozen=True)
class Involved:
    """An event that a finding is about: its position in the recording, in words."""

    entry: int
    text: str


def submitted(submission: Submission) -> Involved:
    """Point to *submission*."""
    exchange = submission.exchange
    fate = f"status {exchange.status}" if exchange.status else "no answer"
    if submission.is_accepted:
        fate = "accepted"
    elif submission.is_stored:
        fate = "stored, answer lost"
    elif exchange.fault:
        fate += f" ({exchange.fault})"
    text = f"{exchange.method} {exchange.path} at {clock(submission.at)}: {fate}"
    return Involved(submission.entry, text)


def operated(lot: Lot) -> Involved:
    """Point to the operation that *lot* came out of, or to where it was first seen."""
    what = "first submission" if lot.is_observed else "operation"
    text = f"{what} at {clock(lot.at)}: {lot.units} x {lot.key.type}"
    return Involved(lot.entry, text)


def clock(at: datetime) -> str:
    """Write an instant for a reader: date, and time to the millisecond if need be."""
    text = f"{at:%Y-%m-%d %H:%M:%S}"
    return f"{text}.{at.microsecond // 1000:03d}" if at.microsecond else text


def units(lots: Sequence[Lot]) -> int:
    """Sum up the units of *lots*."""
    return sum(lot.units for lot in lots)


def asked(attempt: Attempt) -> Involved:
    """Point to an authorisation request."""
    exchange = attempt.exchange
    answer = exchange.answer.__struct_config__.tag if exchange.answer else None
    fate = answer or (f"status {exchange.status}" if exchange.status else "no answer")
    text = f"{exchange.method} {exchange.path} at {clock(exchange.at)}: {fate}"
    uuid = getattr(exchange.request, "client_uuid", None)
    return Involved(attempt.entry, f"{text}, client UUID {uuid!r}")


def called(session: Session) -> Involved:
    """Point to the call that began *session*."""
    return Involved(session.entry, f"start called at {clock(session.started_at)}")


def answered(session: Session) -> Involved:
    """Point to what the caller of *session*'s start was told."""
    assert session.outcome is not None
    assert session.outcome_entry is not None
    text = f"start answered at {clock(session.outcome.at)}: {outcome_text(session.outcome)}"
    return Involved(session.outcome_entry, text)


def carried(session: Session, claim: Claim) -> tuple[Involved, ...]:
    """Point to the submission, and to the operation (or the session) that it is of."""
    lots = [lot for lot in claim.lots if lot.owed]
    source = operated(lots[0]) if lots else called(session)
    return source, submitted(claim.submission)


def outcome_text(outcome: StartAnswered) -> str:
    """Say how a start went."""
    if outcome.authorized:
        return "success"
    code = outcome.error.code if outcome.error else None
    return f"failure with code {code}"
