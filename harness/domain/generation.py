"""
The two generations of the protocol as values, and the grid of slots of each.

A slot is three minutes of absolute time and is named by its first instant. 180 s
divide every UTC offset in use, so the grid is the same in every time zone and on the
days when the clocks change; only a slot's ordinal within the day would differ, and
nothing here uses one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from harness.domain.instant import EPOCH

SLOT_LENGTH = timedelta(seconds=180)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Generation:
    """
    One generation of the protocol: its grid, how long reports live, what it is called.

    Attributes:
        name: ``lts`` or ``dls``, as drivers and files write it.
        title: What the vendor calls the server of this generation.
        first_second: How long after a multiple of 180 s its slots begin.
        retention: How long an unsent report is kept; ``None``: for ever.
        retention_slack: How long after that a purge may take, at most.
        may_submit_first: Whether a start may submit what is left over before it is
            authorised.
        surfaces_server_code: Whether an SDK tells server code nnn as -20nnn.
    """

    name: str
    title: str
    first_second: timedelta
    retention: timedelta | None
    retention_slack: timedelta
    may_submit_first: bool
    surfaces_server_code: bool

    def slot_of(self, at: datetime) -> datetime:
        """
        Return the first instant of the slot which holds *at*.

        LTS tells whole seconds only (domain: 00:00:01 to 00:03:00), so there a
        fraction of a second is cut off first.
        """
        whole = at - (at - EPOCH) % _SECOND if self.first_second else at
        return whole - (whole - self.first_second - EPOCH) % SLOT_LENGTH

    def slot_end(self, slot: datetime) -> datetime:
        """Return the first instant after the slot that begins at *slot*."""
        return slot + SLOT_LENGTH

    def is_on_grid(self, label: datetime) -> bool:
        """Tell whether *label* is the first instant of a slot."""
        return self.slot_of(label) == label

    def is_boundary(self, at: datetime) -> bool:
        """Tell whether *at* is a multiple of 180 s, where the two generations differ."""
        return (at - EPOCH) % SLOT_LENGTH == timedelta()

    def boundary_in(self, slot: datetime) -> datetime:
        """Return the multiple of 180 s that is counted in *slot*."""
        return slot + self._boundary

    @cached_property
    def _boundary(self) -> timedelta:
        """How long after a slot has begun the multiple of 180 s comes."""
        return (SLOT_LENGTH - self.first_second) % SLOT_LENGTH

    def other_side(self, slot: datetime) -> datetime:
        """Return where the other generation's grid puts the boundary within *slot*."""
        return slot + SLOT_LENGTH if self.first_second else slot - SLOT_LENGTH


#: Slots [180k + 1, 180k + 180] in whole seconds; no limit on unsent reports.
LTS = Generation(
    name="lts",
    title="License Tracking Server",
    first_second=_SECOND,
    retention=None,
    retention_slack=timedelta(),
    may_submit_first=True,
    surfaces_server_code=False,
)

#: Slots [180k, 180k + 180); unsent reports live for 30 days, and are gone after 31.
DLS = Generation(
    name="dls",
    title="Dynamsoft License Server",
    first_second=timedelta(),
    retention=timedelta(days=30),
    retention_slack=timedelta(days=1),
    may_submit_first=False,
    surfaces_server_code=True,
)

GENERATIONS = {generation.name: generation for generation in (LTS, DLS)}
