"""Carries a scenario out in virtual time: one clock for player, mock and recording."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from harness.domain.product import PRODUCTS
from harness.domain.recording import (
    AnyEvent,
    ClockSet,
    DeviceWiped,
    DriverFailed,
    DriverLogged,
    OperationAnswered,
    OperationCalled,
    RecordingClosed,
    SessionCrashed,
    SessionStopped,
    StartAnswered,
    StartCalled,
)
from harness.drivers import contract
from harness.drivers.clocks.mode import ClockMode
from harness.drivers.driver import DriverFault
from harness.scenario.actor import Abilities, Actor, OpenDriver
from harness.scenario.addresses import Addresses
from harness.scenario.scenario import (
    FIRST_DEVICE,
    Crash,
    Operate,
    Scenario,
    Server,
    SetClock,
    Start,
    Step,
    Tls,
    certificate_of,
)
from mock_server import Damage, Fault, MockDls

#: Three ticks and a little: what the settling session of each device takes.
_SETTLING = timedelta(seconds=545)
_TYPES = ("first", "second", "third")
#: How a message is held where a crash is to come upon it.
_HELD: dict[str, Damage] = {
    "connected": "close-before-reading",
    "sent": "reset",
    "stored": "lose-answer",
}


class Player:
    """
    Plays one scenario once.

    Everything that happens is told to *note*, at the time that *clock* shows; the mock
    tells its exchanges there too.
    """

    def __init__(
        self,
        scenario: Scenario,
        description: contract.Description,
        open_driver: OpenDriver,
        mock: MockDls,
        clock: ClockMode,
        note: Callable[[AnyEvent], None],
        folder: Path,
    ) -> None:
        """Prepare; devices keep their caches below *folder*."""
        self._scenario = scenario
        self._product = PRODUCTS[description.product]
        self._abilities = Abilities(
            tells_timers="next-timer" in description.capabilities,
            restarts_in_process="restart-in-process" in description.capabilities,
            acts_only_when_asked=clock.is_given,
        )
        self._open_driver = open_driver
        self._mock = mock
        self._clock = clock
        self._note = note
        self._folder = folder
        self._actors: dict[str, Actor] = {}
        #: Those whose process was killed in the middle of something, not noted yet.
        self._fallen: list[Actor] = []

    async def play(self) -> None:
        """
        Play the scenario to its end, and settle.

        Raises:
            DriverFault: The driver broke its contract; the recording says so as well.
        """
        try:
            for step in self._scenario.steps:
                await self._step(step)
            if self._scenario.settle:
                await self._settle()
            await self._end()
            self._note(RecordingClosed(at=self._clock.now(), settled=self._scenario.settle))
        except DriverFault as fault:
            await self._end()
            now = self._clock.now()
            self._note(DriverFailed(at=now, device=self._blamed(), blame=str(fault)))
            raise
        finally:
            for actor in self._actors.values():
                await actor.close()

    async def _end(self) -> None:
        """End what still runs, and keep what it has told."""
        for actor in self._actors.values():
            await actor.close()
        await self._quiet()
        for actor in self._actors.values():
            self._note_log(actor)

    def _blamed(self) -> str:
        names = [actor.name for actor in self._actors.values() if actor.is_to_blame]
        return names[0] if names else FIRST_DEVICE

    async def _step(self, step: Step) -> None:
        match step:
            case Step(start=Start() as start):
                await self._configure_and_start(start)
            case Step(operate=Operate() as operate):
                await self._operate(operate)
            case Step(set_clock=SetClock() as change):
                await self._set_clock(change)
            case Step(server=Server() as server):
                await self._turn(server)
            case _:
                await self._plain_step(step)
        await self._mock.end_step()

    async def _plain_step(self, step: Step) -> None:
        if step.advance is not None:
            await self._pass(self._clock.now() + step.advance)
        elif step.until is not None:
            await self._pass(step.until)
        elif step.stop:
            await self._stop(await self._actor(step.stop.device))
        elif step.crash:
            await self._crash(step.crash)
        elif step.wipe:
            await self._wipe(await self._actor(step.wipe.device))
        elif step.fault:
            self._mock.arm(step.fault)
        elif step.calm:
            self._mock.disarm()
        elif step.repeat:
            for _ in range(step.repeat.times):
                for inner in step.repeat.steps:
                    await self._step(inner)

    async def _actor(self, name: str) -> Actor:
        if name not in self._actors:
            self._actors[name] = Actor(
                name,
                self._folder / f"device-{name}",
                await self._addresses(name, self._scenario.tls),
                self._scenario.configuration,
                self._abilities,
                self._open_driver,
                lambda: self._mock.requests[name],
            )
        return self._actors[name]

    async def _addresses(self, name: str, tls: Tls | None) -> Addresses:
        """Open an address of each server for the device *name*."""
        shown = {s: certificate_of(s, tls) for s in self._scenario.servers}
        prefix = self._scenario.prefix
        urls = {
            await self._mock.open_site(name, server, prefix, certificate): certificate
            for server, certificate in shown.items()
        }
        return Addresses(
            urls=tuple(urls),
            bad_certificates={u: c for u, c in urls.items() if c and c != "good"},
            ca_file=self._ca_file() if any(urls.values()) else None,
        )

    def _ca_file(self) -> Path:
        path = self._folder / "authority.pem"
        if not path.exists():
            path.write_bytes(self._mock.authority_pem)
        return path

    async def _configure_and_start(self, start: Start) -> None:
        actor = await self._actor(start.device)
        given = {
            name: getattr(start, name)
            for name in actor.setting.__struct_fields__
            if getattr(start, name) is not None
        }
        changed = {name: value or None for name, value in given.items()}
        if start.new_address:
            tls = self._scenario.tls if start.tls is None else start.tls
            actor.addresses = await self._addresses(actor.name, tls)
        actor.setting = msgspec.structs.replace(actor.setting, **changed)
        if start.twin is None:
            await self._start(actor)
            return
        twin = await self._actor(start.twin)
        twin.join(actor)
        twin.setting = actor.setting
        await self._start(actor, twin)

    async def _start(self, *actors: Actor, settling: bool = False) -> None:
        """Start *actors*, all at once."""
        for actor in actors:
            if actor.must_stop_first:
                await self._stop(actor)
        for actor in actors:
            self._note_start(actor, settling)
        now = self._clock.now()
        answers = await asyncio.gather(*(actor.start(now) for actor in actors))
        await self._quiet()
        for actor, answer in zip(actors, answers, strict=True):
            if answer is None:
                continue
            self._note(
                StartAnswered(
                    at=self._clock.now(),
                    device=actor.name,
                    authorized=answer.authorized,
                    error=answer.error,
                )
            )

    def _note_start(self, actor: Actor, settling: bool) -> None:
        self._note(
            StartCalled(
                at=self._clock.now(),
                device=actor.name,
                configuration=actor.told,
                settling=settling,
                bad_certificates=dict(actor.addresses.bad_certificates),
            )
        )

    async def _operate(self, step: Operate) -> None:
        actor = await self._actor(step.device)
        for index in range(step.times):
            if index and step.every:
                await self._pass(self._clock.now() + step.every)
            await self._operate_once(actor, step)

    async def _operate_once(self, actor: Actor, step: Operate) -> None:
        now = self._clock.now()
        action = contract.Operate(
            now=actor.device_time(now),
            kind=self._product.operation,
            type=self._product.types[_TYPES.index(step.type)],
            count=step.count,
            success=step.success,
            content=step.content,
        )
        self._note(
            OperationCalled(
                at=now,
                device=actor.name,
                kind=action.kind,
                type=action.type,
                count=action.count,
                success=action.success,
                content=action.content,
            )
        )
        answer = await actor.operate(now, action)
        await self._quiet()
        if answer is None:
            return
        self._note(
            OperationAnswered(
                at=self._clock.now(),
                device=actor.name,
                performed=answer.performed,
                error=answer.error,
            )
        )

    async def _pass(self, to: datetime) -> None:
        """Let time pass up to *to*, or not at all if that has gone by."""
        actors = tuple(self._actors.values())
        await self._clock.pass_until(max(to, self._clock.now()), actors, self._quiet)

    async def _set_clock(self, change: SetClock) -> None:
        actor = await self._actor(change.device)
        by = (change.forward or timedelta()) - (change.back or timedelta())
        now = self._clock.now()
        shown = await actor.set_clock(now, by)
        self._note(ClockSet(at=now, device=actor.name, to=shown))

    async def _turn(self, server: Server) -> None:
        for name in self._scenario.servers:
            wanted = getattr(server, name)
            if wanted:
                await self._mock.turn(name, wanted == "up")

    async def _stop(self, actor: Actor) -> None:
        was_live = actor.is_live
        await actor.stop()
        is_killed = actor in self._fallen
        await self._quiet()
        if was_live and not is_killed:
            self._note(SessionStopped(at=self._clock.now(), device=actor.name))
        self._note_log(actor)

    async def _crash(self, crash: Crash) -> None:
        actor = await self._actor(crash.device)
        if crash.during:
            self._crash_later(actor, crash)
            return
        was_live = actor.is_live
        await actor.kill()
        await self._quiet()
        if was_live:
            self._note(SessionCrashed(at=self._clock.now(), device=actor.name))
        self._note_log(actor)

    def _crash_later(self, actor: Actor, crash: Crash) -> None:
        async def kill() -> None:
            self._fallen.append(actor)
            await actor.kill()

        held = Fault(
            do=_HELD[crash.at or "sent"],
            on=crash.during,
            nth=crash.nth or 1,
            device=actor.name,
        )
        self._mock.arm(held, on_strike=kill)

    async def _wipe(self, actor: Actor) -> None:
        if actor.is_live:
            await self._stop(actor)
        await actor.wipe()
        self._note(DeviceWiped(at=self._clock.now(), device=actor.name))

    async def _settle(self) -> None:
        """Give each device one more session in which everything works."""
        await self._mock.fault_free()
        actors = [actor for actor in self._actors.values() if actor.has_acted]
        for actor in actors:
            if actor.is_live:
                await self._stop(actor)
        for actor in actors:
            if actor.addresses.bad_certificates:
                actor.addresses = await self._addresses(actor.name, "good")
            await self._start(actor, settling=True)
        await self._pass(self._clock.now() + _SETTLING)
        for actor in actors:
            await self._stop(actor)

    def _note_log(self, actor: Actor) -> None:
        if actor.log:
            now = self._clock.now()
            self._note(DriverLogged(at=now, device=actor.name, text=actor.log))
            actor.log = ""

    async def _quiet(self) -> None:
        """Wait until every request has its fate: it belongs before what comes next."""
        while self._mock.in_flight:
            await asyncio.sleep(0)
        for actor in self._fallen:
            self._note(SessionCrashed(at=self._clock.now(), device=actor.name))
            self._note_log(actor)
        self._fallen.clear()
