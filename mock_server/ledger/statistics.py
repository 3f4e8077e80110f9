"""
The figures of a statistics page: of a handshake code, or of a licence item.

Source: the vendor's page on statistics: three totals (all history, a selected period,
today), a line by day, and the table of one day by two hours. Days are those of UTC, and
usage belongs to where its slot begins. For a code only what came by this code counts;
for an item, what came by any. Configuration changes nothing that was counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from mock_server.ledger.bucket import BUCKETS_A_DAY, Bucket, bucket_number, bucket_start
from mock_server.ledger.device import DeviceKey
from mock_server.ledger.ledger import Ledger


class Total(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Units, and how they are made up: by licence item, by code, by type."""

    units: int
    by_item: Mapping[str, int]
    by_code: Mapping[str, int]
    by_type: Mapping[str, int]


class DayUsage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The units of one day, and of all days up to it."""

    day: date
    units: int
    accumulated: int


class TwoHours(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One row of a day's table; *new_devices*: first heard of in these two hours."""

    begin: datetime
    units: int
    new_devices: int


class DeviceUsage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One row of the device table, over all codes and items that are looked at."""

    client_uuid: str
    alias: str | None
    units: int
    first_seen: datetime
    last_seen: datetime


class Figures:
    """What a ledger tells of one handshake code, of one licence item, or of all."""

    def __init__(
        self, ledger: Ledger, *, code: str | None = None, item: str | None = None
    ) -> None:
        """Look at *code*, at *item*, at both together, or at everything."""
        self._ledger = ledger
        self._code, self._item = code, item

    def all_history(self) -> Total:
        """Return all that was ever counted."""
        return self._total(lambda _: True)

    def selected(self, first: date, last: date) -> Total:
        """Return what was counted from the day *first* to *last*, both included."""
        return self._total(lambda day: first <= day <= last)

    def today(self, now: datetime) -> Total:
        """Return what was counted on the day of *now*."""
        return self._total(lambda day: day == now.astimezone(UTC).date())

    def line(self, first: date, last: date) -> tuple[DayUsage, ...]:
        """Return the days from *first* to *last*, both included, oldest first."""
        units: Counter[date] = Counter()
        before = 0
        for bucket, counted in self._buckets():
            day = _day_of(bucket)
            units[day] += counted
            before += counted if day < first else 0
        days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        rows, accumulated = [], before
        for day in days:
            accumulated += units[day]
            rows.append(DayUsage(day=day, units=units[day], accumulated=accumulated))
        return tuple(rows)

    def two_hours(self, day: date) -> tuple[TwoHours, ...]:
        """Return the twelve rows of *day*."""
        units: Counter[int] = Counter()
        for (_, _, _, number), counted in self._buckets():
            units[number] += counted
        new = Counter(bucket_number(one.first_seen) for one in self.devices())
        first = bucket_number(datetime.combine(day, time(), UTC))
        return tuple(
            TwoHours(begin=bucket_start(n), units=units[n], new_devices=new[n])
            for n in range(first, first + BUCKETS_A_DAY)
        )

    def devices(self) -> tuple[DeviceUsage, ...]:
        """Return the devices, in the order in which they were first heard of."""
        rows: dict[str, DeviceUsage] = {}
        for key, device in self._ledger.devices.all.items():
            if not self._is_looked_at(key[0], key[1]):
                continue
            client_uuid = _client_of(key)
            row = DeviceUsage(
                client_uuid=client_uuid,
                alias=device.alias,
                units=device.units,
                first_seen=device.first_seen,
                last_seen=device.last_seen,
            )
            known = rows.get(client_uuid)
            rows[client_uuid] = _together(known, row) if known else row
        return tuple(rows.values())

    def _total(self, is_wanted: Callable[[date], bool]) -> Total:
        wanted = [(b, units) for b, units in self._buckets() if is_wanted(_day_of(b))]
        return Total(
            units=sum(units for _, units in wanted),
            by_item=_sums((item or "", units) for (_, item, _, _), units in wanted),
            by_code=_sums((code, units) for (code, _, _, _), units in wanted),
            by_type=_sums((type_ or "", units) for (_, _, type_, _), units in wanted),
        )

    def _buckets(self) -> Iterable[tuple[Bucket, int]]:
        for bucket, units in self._ledger.buckets.items():
            if self._is_looked_at(bucket[0], bucket[1]):
                yield bucket, units

    def _is_looked_at(self, code: str, item: str | None) -> bool:
        return self._code in (None, code) and self._item in (None, item)


def _day_of(bucket: Bucket) -> date:
    return bucket_start(bucket[3]).date()


def _sums(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for name, units in parts:
        sums[name] += units
    return dict(sums)


def _client_of(key: DeviceKey) -> str:
    return key[2] or ""


def _together(one: DeviceUsage, other: DeviceUsage) -> DeviceUsage:
    latest = max(one, other, key=lambda row: row.last_seen)
    return DeviceUsage(
        client_uuid=one.client_uuid,
        alias=latest.alias or one.alias or other.alias,
        units=one.units + other.units,
        first_seen=min(one.first_seen, other.first_seen),
        last_seen=latest.last_seen,
    )
