"""A licence item: the smallest permit there is."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from mock_server.world.part import Instant, Part, Units
from mock_server.world.validation_field import ValidationField

#: How an item is charged. ``any`` counts units and fits every request.
ChargeWay = Literal[
    "any",
    "scan",
    "page",
    "device",
    "active-device",
    "concurrent-device",
    "concurrent-instance",
    "server",
    "app-domain",
]
Deployment = Literal["browser", "mobile", "server", "desktop", "embedded", "oem"]
#: How long a device holds its seat without being heard of.
Term = Literal["daily", "monthly", "quarterly", "yearly"]


class LicenceItem(Part, frozen=True, kw_only=True):
    """
    One licence item. Whatever is ``None`` or empty restricts nothing.

    Attributes:
        product, edition, version, deployment: What a request must not contradict.
        charge_way: What the quota counts: units that were reported (``any``, ``scan``,
            ``page``), devices (``device``, ``active-device``, ``server``), devices or
            seats at one time (``concurrent-…``), or nothing (``app-domain``).
        quota: Units, devices or seats that were bought.
        grace: On top of the quota; ``None``: what the period gives.
        allowance: Of concurrent ways, exceptions that are let pass; ``None``: what the
            period gives. *allowance_per_day* more for each day that it is in force.
        term: Of devices, how long a seat lasts; ``None``: what the period gives.
        seat_from: Of devices, whether a seat is taken by authorisation or by use.
        validity: How long a grant is good for; ``None``: what way and period give.
        starts, ends: When it is in force, from the first to before the second.
        revoked: Whether it was declared invalid.
        validation: What the application must be, one of these.
        requires: IDs of items that a code must have as well.
        requests: How many authorisation requests it grants.
    """

    id: str
    product: str | None = None
    edition: str | None = None
    version: str | None = None
    deployment: Deployment | None = None
    charge_way: ChargeWay = "any"
    quota: Units | None = None
    grace: Units | None = None
    allowance: Units | None = None
    allowance_per_day: Units = 0
    term: Term | None = None
    seat_from: Literal["authorization", "use"] = "authorization"
    validity: str | None = None
    starts: Instant | None = None
    ends: Instant | None = None
    revoked: bool = False
    validation: tuple[ValidationField, ...] = ()
    requires: tuple[str, ...] = ()
    requests: Units | None = None

    def __post_init__(self) -> None:
        """
        Keep instants in UTC, however they were written.

        Raises:
            ValueError: UTC cannot tell one of them.
        """
        for name in ("starts", "ends"):
            instant = getattr(self, name)
            if instant is not None:
                msgspec.structs.force_setattr(self, name, _in_utc(name, instant))


def _in_utc(name: str, instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{name}: expected an instant of UTC, got {instant}") from None
