"""Claims about one device on the stage."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.drivers import contract
from harness.drivers.driver import Driver, DriverFault
from harness.scenario.actor import Abilities, Actor
from harness.scenario.addresses import Addresses
from harness.scenario.scenario import Setting

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PAGE = contract.Operate(now=NOW, kind="decode", type="QR_CODE", count=1, success=True)


class Idle(Driver):
    """An SDK that says yes to everything and does nothing."""

    log = ""

    async def ask_unknown(self) -> bool:
        return True

    async def kill(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def _call(self, _: Any, params: Any) -> Any:
        if isinstance(params, contract.Start):
            return contract.Started(authorized=True)
        return contract.Operated(performed=True)


class Street:
    """Where requests go by, so many so far."""

    requests = 0


def actor_in(folder: Path, street: Street, *, only_when_asked: bool = True) -> Actor:
    async def open_driver() -> Driver:
        return Idle("idle")

    abilities = Abilities(
        tells_timers=True, restarts_in_process=True, acts_only_when_asked=only_when_asked
    )
    addresses = Addresses(urls=("http://127.0.0.1:1",))
    return Actor(
        "a",
        folder / "a",
        addresses,
        Setting(),
        abilities,
        open_driver,
        lambda: street.requests,
    )


def test_a_request_between_two_calls(tmp_path: Path) -> None:
    """A request that nobody asked for is the driver's fault, not the SDK's violation."""
    street = Street()
    actor = actor_in(tmp_path, street)

    async def play() -> None:
        await actor.start(NOW)
        street.requests += 1
        await actor.operate(NOW, PAGE)

    with pytest.raises(DriverFault, match="expected  no request to a server before"):
        asyncio.run(play())
    assert actor.is_to_blame


def test_what_a_killed_process_had_sent(tmp_path: Path) -> None:
    """Nobody is blamed for what was on its way at a kill."""
    street = Street()
    actor = actor_in(tmp_path, street)

    async def play() -> None:
        await actor.start(NOW)
        await actor.kill()
        street.requests += 1
        await actor.start(NOW)

    asyncio.run(play())
    assert not actor.is_to_blame


def test_time_that_passes_by_itself(tmp_path: Path) -> None:
    """Where the SDK's time passes without a call, so may its requests."""
    street = Street()
    actor = actor_in(tmp_path, street, only_when_asked=False)

    async def play() -> None:
        await actor.start(NOW)
        street.requests += 1
        await actor.operate(NOW, PAGE)

    asyncio.run(play())
    assert not actor.is_to_blame
