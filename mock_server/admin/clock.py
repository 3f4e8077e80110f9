"""The clock that quotas, expiry, faults and the journal go by."""

from typing import Annotated

import msgspec

from harness.domain.instant import parse_span
from mock_server.admin.route import Part, Route
from mock_server.serving.clock import ClockState
from mock_server.serving.tenant import Tenant
from mock_server.world.part import Instant

#: A span of time such as ``90s`` or ``2d12h``.
Span = Annotated[str, msgspec.Meta(pattern=r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$")]


class Freeze(Part, frozen=True, kw_only=True):
    """Stand still, at an instant or where it is."""

    at: Instant | None = None


class Advance(Part, frozen=True, kw_only=True):
    """Move forward."""

    by: Span


def _state(tenant: Tenant) -> ClockState:
    return tenant.clock.state


def _freeze(tenant: Tenant, freeze: Freeze) -> ClockState:
    tenant.clock.freeze(freeze.at)
    return tenant.clock.state


def _advance(tenant: Tenant, advance: Advance) -> ClockState:
    tenant.clock.advance(parse_span(advance.by))
    return tenant.clock.state


def _go_on(tenant: Tenant) -> ClockState:
    tenant.clock.go_on()
    return tenant.clock.state


def _be_real(tenant: Tenant) -> ClockState:
    tenant.clock.be_real()
    return tenant.clock.state


ROUTES = (
    Route("GET", "/clock", "What the clock shows", _state, gives=ClockState),
    Route(
        "POST",
        "/clock/freeze",
        "Let the clock stand still",
        _freeze,
        takes=Freeze,
        gives=ClockState,
    ),
    Route(
        "POST",
        "/clock/advance",
        "Move the clock forward",
        _advance,
        takes=Advance,
        gives=ClockState,
    ),
    Route("POST", "/clock/go", "Let the clock go on from there", _go_on, gives=ClockState),
    Route("POST", "/clock/real", "Show the real time again", _be_real, gives=ClockState),
)
