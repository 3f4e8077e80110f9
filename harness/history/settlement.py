"""
The end of a recording: does each device's ledger balance?

Units performed = stored + pending + purged by retention (+ those of the slot that was
open at a kill). Before a unit counts as lost it is looked for under a neighbouring key:
one unit in the wrong place is one mistake, not a loss and an invention.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from harness.history.books import Books
from harness.history.claim import Excess
from harness.history.device import Device
from harness.history.fact import (
    AnswerNeverRecovered,
    DeviceSettled,
    DutyNeverDone,
    ExcessSeen,
    Fact,
    LotMisplaced,
    LotMissing,
)
from harness.history.lot import Duty, Fate, Lot
from harness.history.session import Session

#: How units may be found elsewhere: the part that differs, and what must be the same.
_LIKENESS = (
    ("slot", ("code", "type")),
    ("type", ("code", "slot")),
    ("code", ("slot", "type")),
)


class Settlement:
    """Settles one device."""

    def __init__(
        self, device: Device, last: Session | None, at: datetime, entry: int, settled: bool
    ) -> None:
        """Settle *device*, whose *last* session was the settling one if *settled*."""
        self.device = device
        self.at = at
        self.entry = entry
        self._last = last
        self._can_demand = settled and last is not None and last.is_licensed
        self._demanded: list[Lot] = []
        self._unrecovered: list[Lot] = []
        self._excused: list[Lot] = list(device.wiped)
        # What was claimed in vain may have been claimed anew: that comes first.
        self._excesses = sorted(device.excesses, key=lambda x: x.lot.fate is Fate.FAILED)
        self._books = Books(device)

    def facts(self, *, with_slots: bool) -> Iterator[Fact]:
        """Tell all that the end of the recording makes known, *with_slots* one by one."""
        for lot in list(self.device.lots()):
            if lot.owed:
                self._sort_out(lot)
        yield from self._misplacements()
        for lot in self._unrecovered:
            yield AnswerNeverRecovered(self.device, lot, lot.misses[0])
        for excess in self._excesses:
            yield self._excess(excess)
        for lot in self._demanded:
            self._books.enter(lot.key, "lost", lot.units)
            if not self._is_unattributed(lot):
                miss = lot.misses[0] if lot.misses else None
                yield LotMissing(self.device, lot, miss, self.at, self.entry)
        for lot in self._excused:
            if lot.purgeable and lot.misses and not self._is_unattributed(lot):
                yield DutyNeverDone(self.device, lot, lot.misses[0])
        slots = self._books.by_slot() if with_slots else ()
        yield DeviceSettled(self.device, self._books.total(), slots)

    def _sort_out(self, lot: Lot) -> None:
        backlog = [miss for miss in lot.misses if miss.duty is Duty.BACKLOG]
        if lot.fate is Fate.STORED:
            self._unrecovered += [lot] if backlog else []
            return
        if lot.purgeable and not backlog:
            self._books.enter(lot.key, "purged", lot.units)
        elif self._is_pending(lot):
            self._books.enter(lot.key, "pending", lot.units)
        elif not lot.at_kill:
            self._demanded.append(lot)
            return
        self._excused.append(lot)

    def _is_pending(self, lot: Lot) -> bool:
        """Not to be expected yet: no session could bring it, or the last one tried."""
        was_tried = self._last is not None and lot.was_tried_in(self._last.number)
        is_ahead = lot.key.slot > self.device.time(self.at)
        return not self._can_demand or was_tried or is_ahead

    def _is_unattributed(self, lot: Lot) -> bool:
        """Units went out in reports that do not say whose they are: see report/complete."""
        if self.device.unattributed_units < lot.units:
            return False
        self.device.unattributed_units -= lot.units
        return True

    def _misplacements(self) -> Iterator[LotMisplaced]:
        found = [
            misplaced
            for changed, alike in _LIKENESS
            for misplaced in self._misplaced(changed, alike)
        ]
        # Where slots are mixed up at large, a boundary or a merger says nothing more.
        at_large = any(item.is_plain for item in found)
        for item in found:
            yield replace(item, is_other_side=False, is_merged=False) if at_large else item

    def _misplaced(self, changed: str, alike: tuple[str, str]) -> Iterator[LotMisplaced]:
        pools = (self._demanded, self._unrecovered, self._excused)
        wanted, unrecovered, excused = (_grouped(lots, alike) for lots in pools)
        left: list[Excess] = []
        for excess in self._excesses:
            part = _part(excess.lot, alike)
            groups = [wanted[part]]
            if not _is_again(excess):
                groups += [unrecovered[part], excused[part]]
            missing = next((lots for lots in groups if _may_be(excess, lots)), None)
            if missing is None or _has_grown(excess):
                left.append(excess)
                continue
            yield from self._pair(excess, missing, changed, left)
        self._excesses = left
        self._demanded, self._unrecovered, self._excused = (
            [lot for lots in groups.values() for lot in lots]
            for groups in (wanted, unrecovered, excused)
        )

    def _pair(
        self, excess: Excess, missing: deque[Lot], changed: str, left: list[Excess]
    ) -> Iterator[LotMisplaced]:
        units = excess.lot.units
        while units and _may_be(excess, missing):
            lot = missing.popleft()
            if lot.units > units:
                missing.appendleft(lot)
                lot = lot.split(units)
            units -= lot.units
            if lot.key != excess.lot.key and not self._may_lie_in(lot, excess.lot.key.slot):
                yield self._misplacement(lot, excess, changed)
        if units:
            left.append(Excess(excess.lot.split(units), excess.claim))

    def _misplacement(self, lot: Lot, excess: Excess, changed: str) -> LotMisplaced:
        generation = self.device.generation
        label = excess.claim.report.time_label
        slot = excess.lot.key.slot
        return LotMisplaced(
            device=self.device,
            lot=lot,
            excess=excess,
            changed=changed,
            had_failed=lot.fate is not Fate.UNSENT or self._is_restamped(lot, excess),
            is_off_grid=label is not None and not generation.is_on_grid(label),
            is_ahead=slot > excess.claim.submission.clock_peak,
            is_other_side=self.device.account(lot.key).take_boundary_units(slot, lot.units),
            is_merged=any(other.owed for other in excess.claim.lots),
        )

    def _may_lie_in(self, lot: Lot, slot: datetime) -> bool:
        """Tell whether *lot* was done so near to *slot* that it may have been within it."""
        end = self.device.generation.slot_end(slot)
        inexact, at = self.device.inexact, lot.at
        return bool(inexact) and slot - inexact <= at <= end + inexact

    def _is_restamped(self, lot: Lot, excess: Excess) -> bool:
        """Presumably tried in vain at a server that was down, and labelled anew since."""
        now = self.device.generation.slot_of(excess.claim.submission.device_time)
        is_later = excess.claim.submission.session != lot.session
        return lot.is_timed_out and is_later and excess.lot.key.slot == now

    def _excess(self, excess: Excess) -> ExcessSeen:
        has_grown = _has_grown(excess)
        is_stored = excess.lot.fate in (Fate.STORED, Fate.ACCEPTED)
        if is_stored:
            self._books.enter(excess.lot.key, "invented", excess.lot.units)
        account, units = self.device.account(excess.lot.key), excess.lot.units
        is_again = _is_again(excess)
        is_failure = not is_again and account.take_unsuccessful_units(units)
        is_duplicate = not is_again and account.take_duplicate_units(units)
        is_named = has_grown or is_failure or is_duplicate
        return ExcessSeen(
            device=self.device,
            excess=excess,
            is_repeat=excess.claim.accepted_in is not None and not is_named,
            has_grown=has_grown,
            is_failure=is_failure,
            is_duplicate=is_duplicate,
            is_stored=is_stored,
        )


def _grouped(
    lots: list[Lot], names: tuple[str, str]
) -> dict[tuple[object, ...], deque[Lot]]:
    """Sort *lots* into groups that have the parts *names* in common, oldest first."""
    groups: dict[tuple[object, ...], deque[Lot]] = defaultdict(deque)
    for lot in sorted(lots, key=lambda lot: lot.at):
        groups[_part(lot, names)].append(lot)
    return groups


def _may_be(excess: Excess, lots: deque[Lot]) -> bool:
    """Tell whether *excess* may stand for the first of *lots*: its slot had begun."""
    return bool(lots) and lots[0].key.slot <= excess.claim.submission.clock_peak


def _part(lot: Lot, names: tuple[str, str]) -> tuple[object, ...]:
    return tuple(getattr(lot.key, name) for name in names)


def _has_grown(excess: Excess) -> bool:
    """The portion carries failed units and more: its count was changed."""
    return bool(excess.claim.resent)


def _is_again(excess: Excess) -> bool:
    """Nothing but a portion that was accepted before, to the unit."""
    return excess.claim.is_repeat and len(excess.claim.lots) == 1
