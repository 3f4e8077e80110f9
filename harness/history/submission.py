"""A submission, and what each entry of its reports laid claim to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from harness.domain.message import Receipt, Report, Usage
from harness.domain.recording import Exchange
from harness.history.lot import Key, Lot

if TYPE_CHECKING:
    from harness.history.session import Session


@dataclass(eq=False)
class Claim:
    """
    One portion: the units of one key that one report carries, traced to their lots.

    Attributes:
        key: ``None`` where the report does not say code, slot or type.
        fresh: Never submitted before.
        resent: Failed in an earlier session.
        redelivered: Stored in an earlier session, the answer lost; identical portion.
        merged: The same, but the portion is not the one that was stored.
        retried: Submitted in this session already, and not accepted.
        tried_before: The submission that carried the first of those.
        failed_over: The same, but the first server took nothing in.
        excess: Units that no operation accounts for, if any.
        accepted_in: Entry of the last submission of this key that was accepted before.
    """

    submission: "Submission"
    report: Report
    usage: Usage
    key: Key | None
    units: int
    fresh: list[Lot] = field(default_factory=list)
    resent: list[Lot] = field(default_factory=list)
    redelivered: list[Lot] = field(default_factory=list)
    merged: list[Lot] = field(default_factory=list)
    retried: list[Lot] = field(default_factory=list)
    tried_before: "Submission | None" = None
    failed_over: list[Lot] = field(default_factory=list)
    excess: Lot | None = None
    accepted_in: int | None = None

    @property
    def lots(self) -> list[Lot]:
        """All lots it carries."""
        lots = [*self.fresh, *self.resent, *self.redelivered]
        lots += [*self.merged, *self.retried, *self.failed_over]
        return [*lots, self.excess] if self.excess else lots


@dataclass(eq=False)
class Submission:
    """
    One request that carried reports, or tried to.

    Attributes:
        entry: Position of the exchange in the recording.
        device_time: What the device's clock showed.
        clock_peak: The latest moment that it had ever shown.
        claims: One for each usage entry, in the order of the message.
    """

    session: "Session"
    entry: int
    exchange: Exchange
    device_time: datetime
    clock_peak: datetime
    claims: list[Claim] = field(default_factory=list)

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

    @property
    def is_news(self) -> bool:
        """Carries something that was done in this very session."""
        number = self.session.number
        return any(lot.session == number for claim in self.claims for lot in claim.lots)
