"""The keys of the latest slots of one device; equal ones are one and the same object."""

from collections import deque
from datetime import datetime, timedelta

from harness.domain.generation import SLOT_LENGTH, Generation
from harness.domain.instant import EPOCH
from harness.history.lot import Key

_SECOND = timedelta(seconds=1)
#: What is done and what is submitted lies within so many slots, mostly.
_LATEST = 4


class Keys:
    """
    Finds what units are counted under, by the time and by the label of a report.

    Attributes:
        slot: The slot that was asked for by its time last.
    """

    def __init__(self, generation: Generation) -> None:
        """Begin with none."""
        self.slot = EPOCH
        self._generation = generation
        self._end = EPOCH
        self._of_slot: dict[tuple[str, str], Key] = {}
        self._latest: deque[tuple[datetime, dict[tuple[str, str], Key]]] = deque(
            maxlen=_LATEST
        )

    def slot_at(self, now: datetime) -> datetime:
        """Return the slot that holds *now*."""
        if not self.slot <= now < self._end:
            self.slot = self._generation.slot_of(now)
            self._end = self.slot + SLOT_LENGTH
            self._of_slot = self._keys_of(self.slot)
        return self.slot

    def at(self, now: datetime, code: str, usage_type: str) -> Key:
        """Return the key of what is done at *now*."""
        if not self.slot <= now < self._end:
            self.slot_at(now)
        key = self._of_slot.get((code, usage_type))
        if key is None:
            key = self._of_slot[code, usage_type] = Key(code, self.slot, usage_type)
        return key

    def named(self, label: datetime, code: str, usage_type: str) -> Key:
        """Return the key of what is reported under *label*."""
        known = self._known(label)
        slot = known[0] if known else self.slot_named(label)
        keys = known[1] if known else self._keys_of(slot)
        key = keys.get((code, usage_type))
        if key is None:
            key = keys[code, usage_type] = Key(code, slot, usage_type)
        return key

    def slot_named(self, label: datetime) -> datetime:
        """
        Return the slot that *label* means, even where it is off the grid.

        A label one second off a slot's start means that slot (the other generation's
        way to write it); any other means the slot in which it lies.
        """
        following = self._generation.slot_of(label + _SECOND)
        if following - label == _SECOND:
            return following
        return self._generation.slot_of(label)

    def _known(self, slot: datetime) -> tuple[datetime, dict[tuple[str, str], Key]] | None:
        for item in self._latest:
            if item[0] == slot:
                return item
        return None

    def _keys_of(self, slot: datetime) -> dict[tuple[str, str], Key]:
        known = self._known(slot)
        if known is None:
            known = (slot, {})
            self._latest.appendleft(known)
        return known[1]
