"""Faults: arm them, see how they stand, disarm them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec

from mock_server.admin.route import NotThere, Part, Route
from mock_server.faults.fault import Fault
from mock_server.faults.one_liner import parse_fault, render_fault
from mock_server.faults.plan import Standing
from mock_server.serving.tenant import Tenant

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class Arming(Part, frozen=True, kw_only=True):
    """A fault, in one line of text or in full."""

    text: str | None = None
    fault: Fault | None = None


class ArmedFault(Part, frozen=True, kw_only=True):
    """
    An armed fault, and what it has done so far.

    Attributes:
        text: The same fault in one line.
        seen: How many requests it has counted.
        fired: How many it struck.
        over: Whether it will strike nothing any more.
    """

    number: int
    text: str
    fault: Fault
    armed_at: datetime
    seen: int
    fired: int
    over: bool


class FaultNumber(Part, frozen=True, kw_only=True):
    """Which fault is meant."""

    number: _Number


class Disarmed(Part, frozen=True, kw_only=True):
    """The disarmed faults that never struck anything, each in one line."""

    never_fired: tuple[str, ...]


def _list(tenant: Tenant) -> list[ArmedFault]:
    return [_told(standing) for standing in tenant.mock.faults]


def _arm(tenant: Tenant, arming: Arming) -> ArmedFault:
    if (arming.text is None) == (arming.fault is None):
        raise ValueError("expected either text or fault")
    fault = arming.fault or parse_fault(arming.text or "")
    return _told(_standing(tenant, tenant.arm(fault)))


def _get(tenant: Tenant, which: FaultNumber) -> ArmedFault:
    return _told(_standing(tenant, which.number))


def _disarm(tenant: Tenant, which: FaultNumber) -> Disarmed:
    standing = _standing(tenant, which.number)
    tenant.disarm(which.number)
    return _disarmed([standing])


def _disarm_all(tenant: Tenant) -> Disarmed:
    standings = list(tenant.mock.faults)
    tenant.disarm()
    return _disarmed(standings)


def _standing(tenant: Tenant, number: int) -> Standing:
    for standing in tenant.mock.faults:
        if standing.number == number:
            return standing
    known = ", ".join(str(one.number) for one in tenant.mock.faults) or "none"
    raise NotThere(f"no fault {number} is armed; armed: {known}")


def _told(standing: Standing) -> ArmedFault:
    return ArmedFault(
        number=standing.number,
        text=render_fault(standing.fault),
        fault=standing.fault,
        armed_at=standing.armed_at,
        seen=standing.seen,
        fired=standing.fired,
        over=standing.is_over,
    )


def _disarmed(standings: list[Standing]) -> Disarmed:
    idle = (render_fault(one.fault) for one in standings if not one.fired)
    return Disarmed(never_fired=tuple(idle))


ROUTES = (
    Route("GET", "/faults", "The armed faults", _list, gives=list[ArmedFault]),
    Route(
        "POST",
        "/faults",
        "Arm a fault",
        _arm,
        takes=Arming,
        gives=ArmedFault,
        status=HTTPStatus.CREATED,
    ),
    Route("DELETE", "/faults", "Disarm all faults", _disarm_all, gives=Disarmed),
    Route(
        "GET",
        "/faults/{number}",
        "One armed fault",
        _get,
        takes=FaultNumber,
        gives=ArmedFault,
    ),
    Route(
        "DELETE",
        "/faults/{number}",
        "Disarm one fault",
        _disarm,
        takes=FaultNumber,
        gives=Disarmed,
    ),
)
