"""
How long a grant is good for, and how long a device holds its seat.

Sources: the vendor's page on licence types, as it was in each period. Both end with the
licence item, but for what a period gives on top.
"""

from datetime import UTC, datetime, timedelta

from harness.domain.generation import SLOT_LENGTH
from harness.domain.instant import EPOCH, parse_span
from mock_server.licensing.period import TERMS, Period
from mock_server.world.licence_item import LicenceItem

#: Of ways that are charged by what was reported, and of a whole domain.
_VALIDITY_OF_UNITS = timedelta(days=3)
_VALIDITY_OF_DOMAIN = timedelta(days=7)
_BY_DEVICE = ("device", "active-device", "server")
_CONCURRENT = ("concurrent-device", "concurrent-instance")


def is_in_force(item: LicenceItem, period: Period, now: datetime) -> bool:
    """Tell whether *item* has not ended at *now*, its grace included."""
    return item.ends is None or now < _later(item.ends, period.expiry_grace)


def valid_until(item: LicenceItem, period: Period, now: datetime) -> datetime:
    """Return when a grant of *now* ends (exclusive)."""
    if item.validity is not None:
        return _by_the_end(item, period, now, _later(now, parse_span(item.validity)))
    if item.charge_way in _CONCURRENT:
        return _by_the_end(item, period, now, concurrent_end(period, now))
    if period.validity is not None:
        return _by_the_end(item, period, now, now + period.validity)
    if item.charge_way in _BY_DEVICE:
        return _by_the_end(item, period, now, now + _term(item, period))
    if item.charge_way == "app-domain":
        return _by_the_end(item, period, now, now + _VALIDITY_OF_DOMAIN)
    return _by_the_end(item, period, now, now + _VALIDITY_OF_UNITS)


def seat_until(item: LicenceItem, period: Period, now: datetime) -> datetime:
    """Return when the seat of a device that was heard of at *now* is free (exclusive)."""
    if item.charge_way in _CONCURRENT:
        return concurrent_end(period, now)
    end = _by_the_end(item, period, now, now + _term(item, period))
    return max(end, now + period.least_seat)


def concurrent_end(period: Period, now: datetime) -> datetime:
    """Return the end of the slot after the one that holds *now*, or a little later."""
    elapsed = now + period.concurrent_lead - EPOCH
    return EPOCH + (elapsed // SLOT_LENGTH + 2) * SLOT_LENGTH


def _term(item: LicenceItem, period: Period) -> timedelta:
    return TERMS[item.term or period.term]


def _by_the_end(
    item: LicenceItem, period: Period, now: datetime, until: datetime
) -> datetime:
    """Return *until*, or the item's end if that is before; in its grace, the grace's."""
    if item.ends is None:
        return until
    end = item.ends if now < item.ends else _later(item.ends, period.expiry_grace)
    return min(until, end)


def _later(at: datetime, span: timedelta) -> datetime:
    """Return *at* and *span*; what no calendar tells is its last instant."""
    try:
        return at + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
