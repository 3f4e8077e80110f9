"""Statistics: usage of a handshake code or a licence item, by day and by two hours."""

from datetime import date

from mock_server.admin.route import Part, Route
from mock_server.ledger.statistics import DayUsage, DeviceUsage, Figures, Total, TwoHours
from mock_server.serving.tenant import Tenant

_DAYS_SHOWN = 30
_MOST_DAYS = 400


class StatisticsQuery(Part, frozen=True, kw_only=True):
    """
    What statistics look at.

    Attributes:
        first, last: Days of the selected period, both included; if not said, the 30
            days up to today.
        day: Whose table by two hours is wanted; if not said, the last of the period.
    """

    handshake_code: str | None = None
    item: str | None = None
    first: date | None = None
    last: date | None = None
    day: date | None = None


class Statistics(Part, frozen=True, kw_only=True):
    """What a statistics page shows."""

    all_history: Total
    selected: Total
    today: Total
    line: tuple[DayUsage, ...]
    two_hours: tuple[TwoHours, ...]
    devices: tuple[DeviceUsage, ...]


def _statistics(tenant: Tenant, query: StatisticsQuery) -> Statistics:
    now = tenant.clock.now()
    first, last = _period(query, now.date())
    figures = Figures(tenant.mock.ledger, code=query.handshake_code, item=query.item)
    return Statistics(
        all_history=figures.all_history(),
        selected=figures.selected(first, last),
        today=figures.today(now),
        line=figures.line(first, last),
        two_hours=figures.two_hours(query.day or last),
        devices=figures.devices(),
    )


def _period(query: StatisticsQuery, today: date) -> tuple[date, date]:
    last = query.last or today
    first = query.first or date.fromordinal(max(1, last.toordinal() - _DAYS_SHOWN + 1))
    if not 0 <= (last - first).days <= _MOST_DAYS:
        raise ValueError(
            f"expected first before last, at most {_MOST_DAYS} days, got {first} to {last}"
        )
    return first, last


ROUTES = (
    Route(
        "GET",
        "/statistics",
        "Usage of a handshake code, of a licence item, or of all",
        _statistics,
        takes=StatisticsQuery,
        gives=Statistics,
    ),
)
