"""
Usage alerts: which levels were reached since they were last looked at.

Source: the vendor's page on usage alerts, as it was in each period. A server looks every
ten minutes and writes one mail about everything that it finds. A level is told once;
what falls below it and reaches it again is told again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

import msgspec

from mock_server.ledger.entry import AlertsChecked
from mock_server.licensing.limit import exceptions_allowed, exceptions_used
from mock_server.licensing.period import Period
from mock_server.licensing.state import State
from mock_server.world.licence_item import LicenceItem

#: How often a server looks.
CHECKED_EVERY = timedelta(minutes=10)


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """
    One condition that is told in a mail.

    Attributes:
        subject: ``item ID`` or ``code CODE``.
        level: The level that was reached, in per cent.
        percent: How much it is now, in whole per cent.
        text: The condition in words.
    """

    subject: str
    level: int
    percent: int
    text: str


class _Measure(msgspec.Struct, frozen=True):
    """How far a subject has come: *part* of *whole*."""

    subject: str
    what: str
    part: int
    whole: int
    levels: tuple[int, ...]


def alerts(state: State, now: datetime) -> tuple[Alert, ...]:
    """Return what a mail of *now* is about; empty: there is none to write."""
    return tuple(
        _alert(measure, level)
        for measure in _measures(state, now)
        if (level := _level(measure, state.catalogue.period))
        > state.alert_levels.get(measure.subject, 0)
    )


def checked(state: State, now: datetime) -> AlertsChecked:
    """Return the entry that remembers what `alerts` told at *now*."""
    period = state.catalogue.period
    levels = {m.subject: _level(m, period) for m in _measures(state, now)}
    return AlertsChecked(at=now, levels={s: level for s, level in levels.items() if level})


def _measures(state: State, now: datetime) -> Iterator[_Measure]:
    for item in state.catalogue.all_items():
        measure = _measure_of_item(state, item, now)
        if measure is not None and measure.whole:
            yield measure
    for code in state.attempts.codes():
        refused, all_ = state.attempts.share(code, now)
        levels = state.catalogue.period.failure_levels
        if all_ and levels and _is_watched(state, code):
            yield _Measure(f"code {code}", "authorisations refused", refused, all_, levels)


def _measure_of_item(state: State, item: LicenceItem, now: datetime) -> _Measure | None:
    period, subject, quota = state.catalogue.period, f"item {item.id}", item.quota or 0
    if item.charge_way in ("any", "scan", "page"):
        used = state.ledger.item_totals.get(item.id, 0)
        return _Measure(subject, "units used", used, quota, period.unit_levels)
    if item.charge_way in ("device", "active-device"):
        held = state.seats.holders(item.id, now)
        is_brief = item.term == "daily" and period.is_brief_on_daily
        levels = (100,) if is_brief else period.device_levels
        return _Measure(subject, "devices", held, quota, levels)
    if item.charge_way in period.alerts_on_exceptions:
        allowed = exceptions_allowed(item, period, now) or 0
        used = exceptions_used(state, item, now)
        return _Measure(subject, "exceptions", used, allowed, period.concurrent_levels)
    return None


def _is_watched(state: State, code: str) -> bool:
    """In the LTS period only codes with a concurrent licence are watched."""
    if not state.catalogue.period.fails_on_concurrent_only:
        return True
    ways = {item.charge_way for item in state.catalogue.items(code)}
    return bool(ways & {"concurrent-device", "concurrent-instance"})


def _level(measure: _Measure, period: Period) -> int:
    percent = Fraction(100 * measure.part, measure.whole)
    if period.alerts_exceed:
        return max((one for one in measure.levels if percent > one), default=0)
    return max((one for one in measure.levels if percent >= one), default=0)


def _alert(measure: _Measure, level: int) -> Alert:
    percent = 100 * measure.part // measure.whole
    text = f"{measure.subject}: {measure.part} of {measure.whole} {measure.what}"
    return Alert(
        subject=measure.subject,
        level=level,
        percent=percent,
        text=f"{text} ({percent} %), level {level} %",
    )
