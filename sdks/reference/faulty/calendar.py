"""Defects of time that show on some days, in some places, or for part of a second."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import override

from licence_client import LicenceClient
from licence_client.grid import Grid, render_label
from licence_client.report import Report
from licence_client.submitter import Submitter
from licence_client.transport import Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RoundingGrid(Grid):
    """Rounds where it should cut off."""

    @override
    def slot_of(self, moment: datetime) -> datetime:
        return super().slot_of(moment + timedelta(milliseconds=500))


class RoundsSeconds(LicenceClient):
    """A time stamp is rounded to the nearest second before its slot is looked up."""

    grid_type = RoundingGrid


class ZonedSubmitter(Submitter):
    """Writes labels in the time of the device's zone, and a Z behind it."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        return [
            {**message, "timeLabel": render_label(slot + self.shift(slot))}
            for message, slot in zip(
                super().render(batch), [report.key.slot for report in batch], strict=True
            )
        ]

    def shift(self, slot: datetime) -> timedelta:
        """What the label is ahead of UTC."""
        return timedelta(seconds=time.localtime(slot.timestamp()).tm_gmtoff)


class LocalLabels(LicenceClient):
    """Labels are written in local time."""

    submitter_type = ZonedSubmitter


class SummerSubmitter(ZonedSubmitter):
    """Turns local time into UTC with the offset of the summer."""

    @override
    def shift(self, slot: datetime) -> timedelta:
        west_of_utc = time.altzone if time.daylight else time.timezone
        return super().shift(slot) + timedelta(seconds=west_of_utc)


class SummerAllYear(LicenceClient):
    """Where clocks change at all, they are taken to be on summer time now."""

    submitter_type = SummerSubmitter


class NewDayGrid(Grid):
    """Begins every day with its first slot."""

    @override
    def slot_of(self, moment: datetime) -> datetime:
        second = moment.replace(microsecond=0)
        if (second.hour, second.minute, second.second) == (0, 0, 0):
            return second + self.first_second
        return super().slot_of(moment)


class LtsMidnight(LicenceClient):
    """Slots are numbered within the day, so midnight itself opens the new day's first."""

    grid_type = NewDayGrid


class CachedDateGrid(Grid):
    """Formats the date only when it is told that it may have changed."""

    _days: int | None = None

    def refresh(self, now: datetime) -> None:
        """Look at the date."""
        self._days = (now - _EPOCH).days

    @override
    def slot_of(self, moment: datetime) -> datetime:
        days = (moment - _EPOCH).days
        stale = timedelta(days=days - (days if self._days is None else self._days))
        return super().slot_of(moment - stale)


class StaleDate(LicenceClient):
    """
    The date of a label is cached and renewed at each tick: from midnight to the next one it
    is yesterday's.
    """

    grid_type = CachedDateGrid
    grid: CachedDateGrid

    @override
    def schedule_ticks(self) -> None:
        self.grid.refresh(datetime.now(UTC))
        super().schedule_ticks()

    @override
    def tick(self) -> None:
        self.grid.refresh(datetime.now(UTC))
        super().tick()


class ShortFebruaryGrid(Grid):
    """Has 28 days in every February."""

    @override
    def slot_of(self, moment: datetime) -> datetime:
        is_leap_day = (moment.month, moment.day) == (2, 29)
        return super().slot_of(moment - timedelta(days=is_leap_day))


class NoLeapDay(LicenceClient):
    """Labels come from a home-made calendar, in which February ends with the 28th."""

    grid_type = ShortFebruaryGrid


class SignedGrid(Grid):
    """Counts seconds in 32 bits, one of them for the sign."""

    @override
    def slot_of(self, moment: datetime) -> datetime:
        seconds = moment.timestamp()
        wrapped = (seconds + 2**31) % 2**32 - 2**31
        return super().slot_of(_EPOCH + timedelta(seconds=wrapped))


class SecondsIn32Bits(LicenceClient):
    """The seconds since 1970 are a signed 32-bit number, which ends in January 2038."""

    grid_type = SignedGrid
