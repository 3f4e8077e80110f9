"""A submission: one request that carried reports, or tried to."""

from dataclasses import dataclass
from datetime import datetime

from harness.domain.message import Receipt
from harness.domain.recording import Exchange


@dataclass(frozen=True, eq=False)
class Submission:
    """
    One request that carried reports, or tried to.

    Attributes:
        session: Number of the session in which it was made.
        entry: Position of the exchange in the recording.
        device_time: What the device's clock showed.
        clock_peak: The latest moment that it had ever shown.
    """

    session: int
    entry: int
    exchange: Exchange
    device_time: datetime
    clock_peak: datetime

    @property
    def at(self) -> datetime:
        """When it was made, by the harness's clock."""
        return self.exchange.at

    @property
    def is_accepted(self) -> bool:
        """Answered positively, and the answer reached the SDK."""
        return isinstance(self.exchange.answer, Receipt)

    @property
    def is_stored(self) -> bool:
        """The server has it, whether or not the SDK knows."""
        return self.is_accepted or bool(self.exchange.stored)
