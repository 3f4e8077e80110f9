"""
A lot: the units that came out of one operation, followed until a server has them.

    UNSENT ──► FAILED ──► ACCEPTED      FAILED: submitted, not stored
       │          ▲  │        ▲         STORED: stored, but the answer was lost
       └──► STORED ──┴────────┘

A lot is owed by the SDK, or (not *owed*) units that a report claimed although nobody
performed them: those are followed in the same way, so that they are counted once.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import NamedTuple

import msgspec

from harness.history import mark
from harness.history.submission import Submission


class Fate(Enum):
    """What became of a lot so far."""

    UNSENT = "unsent"
    FAILED = "failed"
    STORED = "stored"
    ACCEPTED = "accepted"


class Key(NamedTuple):
    """What units are counted under. *slot* is the slot's first instant."""

    code: str
    slot: datetime
    type: str


class Duty(Enum):
    """What an SDK owed at some instant and did not do."""

    #: Left over at a start: due at once.
    BACKLOG = "backlog"
    #: Done within a session: due within six minutes.
    TICK = "tick"
    #: The same, after a submission of that session had failed.
    TICK_AFTER_FAILURE = "tick-after-failure"


class Miss(msgspec.Struct, frozen=True):
    """
    A duty that was not done in time.

    Attributes:
        fate: What had become of the lot by then.
        is_old: Whether its slot had ended a day or more before that session's start.
    """

    duty: Duty
    session: int
    at: datetime
    entry: int
    fate: Fate
    is_old: bool


class Lot(msgspec.Struct, eq=False, gc=False):
    """
    Units of one key that share one fate.

    Attributes:
        at: When they were done, by the harness's clock.
        entry: Position of the operation, or of the claim, in the recording.
        session: Number of the session in which they were done.
        client_uuids: The UUIDs that the device had then: mostly one.
        marks: What is out of the ordinary about them.
        owed: Performed, under a licence: to be submitted.
        is_observed: Known from a submission alone; *at* and *entry* are those of that.
        is_doubtful: Which session made its last submission is not known.
        is_timed_out: Due while a server was down: it may have been tried in vain.
        submission: The last one that carried it.
        portion: Position of its usage entry in that submission.
        misses: Duties missed and not explained yet, oldest first.
        at_kill: The slot was open when the process was killed: may be missing.
        purgeable: Too old to be demanded: a start, or a clock that was set, has shown it.
    """

    key: Key
    units: int
    at: datetime
    entry: int
    session: int
    client_uuids: tuple[str, ...]
    marks: int = 0
    owed: bool = True
    is_observed: bool = False
    is_doubtful: bool = False
    is_timed_out: bool = False
    fate: Fate = Fate.UNSENT
    submission: Submission | None = None
    portion: int = 0
    misses: tuple[Miss, ...] = ()
    at_kill: bool = False
    purgeable: bool = False

    def split(self, units: int) -> "Lot":
        """Take *units* out of this lot as a lot of their own."""
        part = msgspec.structs.replace(self, units=units)
        self.units -= units
        return part

    @property
    def client_uuid(self) -> str | None:
        """The UUID that the device went by, if it had one."""
        return self.client_uuids[0] if self.client_uuids else None

    @property
    def is_boundary(self) -> bool:
        """Whether they were done at a multiple of 180 s."""
        return bool(self.marks & mark.BOUNDARY)

    @property
    def is_of_time_zone(self) -> bool:
        """Whether the application had set a time zone."""
        return bool(self.marks & mark.TIME_ZONE)

    @property
    def is_of_set_clock(self) -> bool:
        """Whether the user had set the device's clock before."""
        return bool(self.marks & mark.CLOCK_SET)

    @property
    def is_offline(self) -> bool:
        """Whether they were done while no server could be reached."""
        return bool(self.marks & mark.OFFLINE)

    @property
    def is_of_outage(self) -> bool:
        """Whether just one of two servers was down when they were done, or due."""
        return bool(self.marks & mark.OUTAGE)

    def was_tried_in(self, session: int) -> bool:
        """Tell whether the session with that number has submitted it."""
        return self.submission is not None and self.submission.session == session


def units_of(lots: Iterable[Lot]) -> int:
    """Return the units of *lots* together."""
    return sum([lot.units for lot in lots])
