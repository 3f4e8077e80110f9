"""The mock as a whole: how it stands, its configuration, its servers, a new beginning."""

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec

from mock_server.admin.route import Part, Route
from mock_server.serving.clock import ClockState
from mock_server.serving.tenant import JournalState, Tenant
from mock_server.world.world import World


class Overview(Part, frozen=True, kw_only=True):
    """
    How a mock stands.

    Attributes:
        tenant: Name of who uses it in isolation; empty: whoever names nobody.
        entries: How many entries its state is the sum of.
        requests: How many came, by kind of message; ``other`` has the rest.
        units: Units of usage that are stored.
        faults: How many are armed.
        down: The servers that refuse connections.
    """

    tenant: str
    seed: int
    wire: str
    clock: ClockState
    journal: JournalState
    entries: int
    requests: dict[str, int]
    units: int
    faults: int
    down: tuple[str, ...]


class ServerTurn(Part, frozen=True, kw_only=True):
    """A server goes down, where it refuses connections, or comes up again."""

    server: Literal["main", "standby"]
    up: bool


class Reset(Part, frozen=True, kw_only=True):
    """A new beginning; *seed* is what the chance of faults depends on from then on."""

    seed: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | None = None


class Reloaded(Part, frozen=True, kw_only=True):
    """
    What reading the configuration file again has changed.

    Attributes:
        unchanged: What the file says otherwise now, and only a restart can change.
    """

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def _overview(tenant: Tenant) -> Overview:
    mock = tenant.mock
    return Overview(
        tenant=tenant.name,
        seed=tenant.seed,
        wire=tenant.wire,
        clock=tenant.clock.state,
        journal=tenant.journal_state,
        entries=mock.service.pair.number,
        requests=dict(tenant.requests),
        units=sum(mock.ledger.totals.values()),
        faults=len(mock.faults),
        down=mock.down,
    )


def _configuration(tenant: Tenant) -> World:
    return tenant.world


def _configure(tenant: Tenant, world: World) -> World:
    tenant.configure(world)
    return world


async def _turn(tenant: Tenant, turn: ServerTurn) -> ServerTurn:
    await tenant.turn(turn.server, turn.up)
    return turn


def _reload(tenant: Tenant) -> Reloaded:
    changed, unchanged = tenant.reload()
    return Reloaded(changed=changed, unchanged=unchanged)


def _reset(tenant: Tenant, reset: Reset) -> Awaitable[None]:
    return tenant.reset(reset.seed)


ROUTES = (
    Route("GET", "/overview", "How the mock stands", _overview, gives=Overview),
    Route("GET", "/configuration", "The configuration", _configuration, gives=World),
    Route(
        "PUT",
        "/configuration",
        "Replace the configuration; what was counted stays counted",
        _configure,
        takes=World,
        gives=World,
    ),
    Route(
        "POST",
        "/reload",
        "Read the configuration file again",
        _reload,
        gives=Reloaded,
    ),
    Route(
        "PUT",
        "/server",
        "Let a server go down or come up",
        _turn,
        takes=ServerTurn,
        gives=ServerTurn,
    ),
    Route(
        "POST",
        "/reset",
        "Begin anew: forget usage, seats and journal; faults and clock as at first",
        _reset,
        takes=Reset,
        status=HTTPStatus.NO_CONTENT,
    ),
)
