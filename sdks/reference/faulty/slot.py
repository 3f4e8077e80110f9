"""Defects of the three-minute grid and its time labels."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import override

from licence_client import Generation, LicenceClient
from licence_client.grid import SLOT_WIDTH, Grid
from licence_client.report import Report
from licence_client.submitter import Submitter

from faulty.relabel import relabelled


class FirstOperationGrid(Grid):
    """Knows a slot by its first operation."""

    def __init__(self, generation: Generation) -> None:
        super().__init__(generation)
        self._first_operation: dict[datetime, datetime] = {}

    @override
    def slot_of(self, moment: datetime) -> datetime:
        return self._first_operation.setdefault(
            super().slot_of(moment), moment.replace(microsecond=0)
        )


class LabelIsOperationTime(LicenceClient):
    """
    The time label is the time stamp of the slot's first operation: nobody has put it on the
    grid.
    """

    grid_type = FirstOperationGrid


class LabelsWhenBuilding(Submitter):
    """Puts the label on a report when it builds the report."""

    @override
    def prepare(self, batch: Sequence[Report]) -> Sequence[Report]:
        slot = Grid(self.settings.generation).slot_of(datetime.now(UTC))
        return super().prepare(
            [r if r.sealed else relabelled(self.store, r, slot) for r in batch]
        )


class SlotOfSubmission(LicenceClient):
    """
    Units are labelled with the slot in which their report is built, not with the one in
    which they were done.
    """

    submitter_type = LabelsWhenBuilding


class OtherBoundaryGrid(Grid):
    """
    Closes its slots on the other side: `<=` where the generation means `<`,
    or the reverse.
    """

    @override
    def slot_of(self, moment: datetime) -> datetime:
        if moment.timestamp() % SLOT_WIDTH.total_seconds() == 0:
            moment += timedelta(seconds=1 if self.first_second else -1)
        return super().slot_of(moment)


class OtherBoundary(LicenceClient):
    """An operation at exactly a multiple of 180 s is counted in the neighbouring slot."""

    grid_type = OtherBoundaryGrid


class LabelsAhead(LicenceClient):
    """
    A tick rounds up: it sends the open slot's units too, as those of the slot that is about
    to begin.
    """

    @override
    def tick(self) -> None:
        slot = self.grid.slot_of(datetime.now(UTC))
        growing = [
            report
            for report in self.store.reports()
            if report.key.slot == slot and not report.sealed
        ]
        ahead = [relabelled(self.store, report, slot + SLOT_WIDTH) for report in growing]
        self.submitter.submit(self.reports_due() + ahead)


class TicksOnGrid(LicenceClient):
    """
    Submissions are tied to the slots: they follow the clock on the wall,
    not the start.
    """

    @override
    def schedule_ticks(self) -> None:
        now = datetime.now(UTC)
        self.timers.after(self.grid.slot_of(now) + SLOT_WIDTH - now, self._first_tick)

    def _first_tick(self) -> None:
        super().schedule_ticks()
        self.tick()
