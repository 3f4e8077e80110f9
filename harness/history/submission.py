"""A submission: one request that carried reports, or tried to."""

from datetime import datetime

import msgspec

from harness.domain.message import Receipt
from harness.domain.recording import Exchange


class Submission(msgspec.Struct, frozen=True, eq=False, gc=False):
    """
    One request that carried reports, or tried to.

    Attributes:
        session: Number of the session in which it was made.
        entry: Position of the exchange in the recording.
        at: When it was made, by the harness's clock.
        device_time: What the device's clock showed.
        clock_peak: The latest moment that it had ever shown.
        is_accepted: Answered positively, and the answer reached the SDK.
        is_stored: The server has it, whether or not the SDK knows.
    """

    session: int
    entry: int
    exchange: Exchange
    at: datetime
    device_time: datetime
    clock_peak: datetime
    is_accepted: bool
    is_stored: bool


def submission_of(
    session: int,
    entry: int,
    exchange: Exchange,
    device_time: datetime,
    clock_peak: datetime,
) -> Submission:
    """Return what *exchange* is as a submission of the session with that number."""
    accepted = type(exchange.answer) is Receipt
    stored = accepted or bool(exchange.stored)
    return Submission(
        session, entry, exchange, exchange.at, device_time, clock_peak, accepted, stored
    )
