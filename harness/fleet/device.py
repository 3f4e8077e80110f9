"""
One simulated device, which keeps to the protocol: what happens goes in, requests come out.

It has no clock and no connection. Time comes in with each call, and whoever calls sends the
requests and says what became of them. All that it has not sent is kept, whatever happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from harness.domain.generation import Generation

#: So many reports go into one request.
_BATCH = 200


@dataclass(eq=False)
class SlotUsage:
    """The units of one slot, by type of usage; it grows until the slot is over."""

    slot: datetime
    units: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All units of it."""
        return sum(self.units.values())


#: Reports that one request carries, oldest first.
type Submission = Sequence[SlotUsage]


class Device:
    """
    A device and the sessions on it.

    Attributes:
        uuid: Its client UUID.
        code: Its handshake code.
        is_authorized: Whether a session runs.
        performed: Units of usage so far.
        acknowledged: Of these, the units that a server said it has stored.
        purged: Of these, the units that became too old to be sent.
    """

    def __init__(self, uuid: str, code: str, generation: Generation) -> None:
        """Begin without any session."""
        self.uuid = uuid
        self.code = code
        self.is_authorized = False
        self.performed = self.acknowledged = self.purged = 0
        self._generation = generation
        self._unsent: dict[datetime, SlotUsage] = {}
        #: What failed in this session waits for the next one.
        self._failed: set[datetime] = set()

    @property
    def pending(self) -> int:
        """Units that no server has acknowledged, and that are still to be sent."""
        return sum(usage.total for usage in self._unsent.values())

    def start(self, now: datetime, *, is_granted: bool) -> list[Submission]:
        """
        Begin a session, whose authorisation request was granted or not.

        Return what former sessions have left; without a grant there is no session.
        """
        self.stop()
        self.is_authorized = is_granted
        if not is_granted:
            return []
        self._purge(now)
        return self.due(now)

    def operate(self, now: datetime, kind: str, units: int) -> None:
        """Do something that counts *units* of a *kind* of usage, if a session runs."""
        if not self.is_authorized or units <= 0:
            return
        slot = self._generation.slot_of(now)
        usage = self._unsent.setdefault(slot, SlotUsage(slot))
        usage.units[kind] = usage.units.get(kind, 0) + units
        self.performed += units

    def due(self, now: datetime) -> list[Submission]:
        """Return what is to be sent at a tick: slots that are over and have not failed."""
        if not self.is_authorized:
            return []
        over = [
            usage
            for slot, usage in sorted(self._unsent.items())
            if self._generation.slot_end(slot) <= now and slot not in self._failed
        ]
        return list(batched(over, _BATCH))

    def settle(self, submission: Submission, *, is_accepted: bool) -> None:
        """Note what became of *submission*."""
        for usage in submission:
            if is_accepted:
                del self._unsent[usage.slot]
                self.acknowledged += usage.total
            else:
                self._failed.add(usage.slot)

    def stop(self) -> None:
        """End the session; nothing is sent by that, and nothing forgotten."""
        self.is_authorized = False
        self._failed.clear()

    def _purge(self, now: datetime) -> None:
        retention = self._generation.retention
        if retention is None:
            return
        for slot in [
            s for s in self._unsent if self._generation.slot_end(s) < now - retention
        ]:
            self.purged += self._unsent.pop(slot).total
