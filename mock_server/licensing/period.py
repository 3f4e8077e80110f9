"""
The rules that the licence server had at a time, as data.

Sources: for ``lts`` the vendor's pages of November 2020, for ``lts-2021`` those of
January to April 2021, for ``2.2.19`` the pages kept for that version of the server, for
``2.4`` the current ones. Where a page is silent the period before it goes on.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from mock_server.world.licence_item import ChargeWay, Term

TERMS: dict[Term, timedelta] = {
    "daily": timedelta(hours=24),
    "monthly": timedelta(days=30),
    "quarterly": timedelta(days=90),
    "yearly": timedelta(days=365),
}


Concurrency = Literal["refuse", "stop", "limit"]


@dataclass(frozen=True, kw_only=True)
class Period:
    """
    One period of the licence server.

    Attributes:
        name: As a world names it.
        unit_grace, device_grace: What is let through on top of a quota of units, or of
            devices, as a part of it.
        expiry_grace: How long an item serves on after its end.
        device_concurrency, instance_concurrency: What happens when a concurrent quota
            is reached: newcomers are refused (``refuse``); exceptions are counted and,
            when the allowance is used up, the item stops (``stop``) or gives only what
            was bought (``limit``).
        slices_per_seat: Exceptions allowed for each unit of quota; ``None``: no limit.
        term: How long a device's seat lasts where its item does not say.
        least_seat: How long it lasts at least, even past the item's end.
        concurrent_lead: Added to the time before the end of the slot after the current
            one is taken as the end of a concurrent seat.
        validity: How long any grant is good for; ``None``: that depends on the way.
        sync: How often a hosted pair exchanges what it knows, at this time.
        alerts_exceed: Whether an alert's level must be exceeded, not only reached.
        alerts_on_exceptions: The concurrent ways whose exceptions are alerted about.
        fails_on_concurrent_only: Whether refusals are alerted about only of codes with
            a concurrent licence.
        is_brief_on_daily: Whether of daily devices only the full quota is alerted about.
        unit_levels, device_levels, concurrent_levels, failure_levels: In per cent.
    """

    name: str
    unit_grace: Fraction
    device_grace: Fraction
    expiry_grace: timedelta
    device_concurrency: Concurrency
    instance_concurrency: Concurrency
    slices_per_seat: int | None
    term: Term
    least_seat: timedelta
    concurrent_lead: timedelta
    validity: timedelta | None
    sync: timedelta
    alerts_exceed: bool
    alerts_on_exceptions: tuple[ChargeWay, ...] = ()
    fails_on_concurrent_only: bool = False
    is_brief_on_daily: bool = False
    unit_levels: tuple[int, ...]
    device_levels: tuple[int, ...]
    concurrent_levels: tuple[int, ...]
    failure_levels: tuple[int, ...]


_LTS = Period(
    name="lts",
    unit_grace=Fraction(0),
    device_grace=Fraction(0),
    expiry_grace=timedelta(),
    device_concurrency="refuse",
    instance_concurrency="refuse",
    slices_per_seat=None,
    term="yearly",
    least_seat=timedelta(days=7),
    concurrent_lead=timedelta(),
    validity=timedelta(days=7),
    sync=timedelta(minutes=2),
    alerts_exceed=True,
    fails_on_concurrent_only=True,
    unit_levels=(75, 90, 95, 100),
    device_levels=(75, 90, 95, 100),
    concurrent_levels=(),
    failure_levels=(10, 25, 50, 75),
)
_LTS_2021 = replace(
    _LTS,
    name="lts-2021",
    term="quarterly",
    concurrent_lead=timedelta(seconds=60),
)
_DLS_2_2_19 = Period(
    name="2.2.19",
    unit_grace=Fraction(5, 100),
    device_grace=Fraction(10, 100),
    expiry_grace=timedelta(days=7),
    device_concurrency="stop",
    instance_concurrency="stop",
    slices_per_seat=None,
    term="quarterly",
    least_seat=timedelta(),
    concurrent_lead=timedelta(seconds=60),
    validity=None,
    sync=timedelta(minutes=2),
    alerts_exceed=False,
    alerts_on_exceptions=("concurrent-device", "concurrent-instance"),
    unit_levels=(75, 90, 95, 100, 105),
    device_levels=(75, 90, 95, 100, 110),
    concurrent_levels=(50, 75, 90, 100),
    failure_levels=(),
)
_DLS_2_4 = Period(
    name="2.4",
    unit_grace=Fraction(5, 100),
    device_grace=Fraction(10, 100),
    expiry_grace=timedelta(),
    device_concurrency="stop",
    instance_concurrency="limit",
    slices_per_seat=1000,
    term="quarterly",
    least_seat=timedelta(),
    concurrent_lead=timedelta(seconds=60),
    validity=None,
    sync=timedelta(minutes=10),
    alerts_exceed=False,
    alerts_on_exceptions=("concurrent-device",),
    is_brief_on_daily=True,
    unit_levels=(60, 80, 100),
    device_levels=(60, 80, 100),
    concurrent_levels=(60, 80, 100),
    failure_levels=(10, 20, 40, 60, 80, 100),
)

PERIODS = {one.name: one for one in (_LTS, _LTS_2021, _DLS_2_2_19, _DLS_2_4)}
