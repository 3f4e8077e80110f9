"""
A fleet on its way, turn by turn: every three minutes each device does what its habit says.

In virtual time a turn lasts as long as its requests do; in real time, three minutes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from harness.domain.generation import SLOT_LENGTH, Generation
from harness.fleet.balance import Balance, balance_of
from harness.fleet.device import Device, Submission
from harness.fleet.figures import Figures
from harness.fleet.habit import Habit, Turn
from harness.fleet.memory import megabytes_of, process_at
from harness.fleet.schedule import Appointment
from harness.fleet.server import Server

#: So many sessions without faults a device has in the end, to send what it has left.
_MOST_SETTLING = 20
_AGAIN_SECONDS = 0.2


@dataclass(frozen=True)
class Plan:
    """
    What a fleet does.

    Attributes:
        name: No other fleet that met the same server has it.
        begin: The instant, virtual or real, at which it begins.
        turns: How many turns of three minutes it has.
        is_virtual: Whether turns follow one another at once.
        most_seconds: In real time; turns that are left then are left out.
        schedule: Faults, which need a mock that has an admin API.
    """

    name: str
    devices: int
    code: str
    generation: Generation
    begin: datetime
    turns: int
    seed: int = 0
    is_virtual: bool = True
    most_seconds: float = 600.0
    schedule: tuple[Appointment, ...] = ()


@dataclass
class Progress:
    """How far a fleet is, for whoever watches or interferes."""

    turn: int = 0
    turns: int = 0
    sessions: int = 0
    server: Server | None = None


#: Awaited at the beginning of every turn.
type OnTurn = Callable[[Progress], Awaitable[None]]


@dataclass
class Fleet:
    """
    Many devices and the server that they talk to.

    Attributes:
        on_turn: Awaited at the beginning of every turn.
    """

    plan: Plan
    server: Server
    on_turn: OnTurn
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        """Make the devices."""
        plan = self.plan
        self.devices = [
            Device(f"{plan.name}-{number}", plan.code, plan.generation)
            for number in range(plan.devices)
        ]
        self._habits = [Habit(plan.seed, number) for number in range(plan.devices)]
        self._is_mock = False
        self._memory: float | None = None
        self._process: int | None = None
        self.progress.turns = plan.turns
        self.progress.server = self.server

    async def run(self) -> tuple[Balance, Figures]:
        """Go through all turns, settle, and return what it came to."""
        began = time.monotonic()
        self._is_mock = await self.server.has_admin()
        for number in range(self.plan.turns):
            if time.monotonic() - began > self.plan.most_seconds:
                break
            self.progress.turn = number
            await self._turn(number)
        await self._settle()
        seconds = time.monotonic() - began
        stored = await self.server.stored() if self._is_mock else None
        return balance_of(self.devices, stored), self._figures(seconds)

    def _figures(self, seconds: float) -> Figures:
        server = self.server
        return Figures(
            devices=len(self.devices),
            sessions=self.progress.sessions,
            requests=server.requests,
            failed=dict(server.failed),
            seconds=round(seconds, 2),
            per_second=round(server.requests / seconds, 1),
            answers=server.durations.percentiles(),
            memory_mb=self._memory,
        )

    async def _turn(self, number: int) -> None:
        begin = self.plan.begin + number * SLOT_LENGTH
        await self.on_turn(self.progress)
        if self._is_mock:
            await self._steer(begin, number)
        self._look_at_memory()
        turns = [habit.turn(number) for habit in self._habits]
        acts = (self._act(d, t, begin) for d, t in zip(self.devices, turns, strict=True))
        await asyncio.gather(*acts)

    async def _steer(self, begin: datetime, number: int) -> None:
        if self.plan.is_virtual:
            await self.server.freeze(begin + SLOT_LENGTH)
        before = number * SLOT_LENGTH
        for one in self.plan.schedule:
            if before <= one.after < before + SLOT_LENGTH:
                await self.server.arm(one.fault)

    async def _act(self, device: Device, turn: Turn, begin: datetime) -> None:
        now = begin + turn.offset
        if not self.plan.is_virtual:
            await _until(now)
        if turn.is_start:
            await self._start(device, now)
        else:
            await self._send(device, device.due(now))
        for kind, units in turn.work:
            device.operate(now, kind, units)
        if turn.is_stop:
            device.stop()

    async def _start(self, device: Device, now: datetime) -> None:
        is_granted = await self.server.authorize(device)
        self.progress.sessions += is_granted
        await self._send(device, device.start(now, is_granted=is_granted))

    async def _send(self, device: Device, submissions: list[Submission]) -> None:
        for submission in submissions:
            is_accepted = await self.server.submit(device, submission)
            device.settle(submission, is_accepted=is_accepted)

    async def _settle(self) -> None:
        """Put everything right, and let each device send what it has left."""
        turn = self.progress.turn + 2
        end = self.plan.begin + turn * SLOT_LENGTH
        if self._is_mock:
            await self.server.fault_free()
            if self.plan.is_virtual:
                await self.server.freeze(end)
        if not self.plan.is_virtual:
            await _until(end)
        for _ in range(_MOST_SETTLING):
            left = [device for device in self.devices if device.pending]
            if not left:
                break
            await asyncio.gather(*(self._start(device, end) for device in left))
            await asyncio.sleep(_AGAIN_SECONDS)
        self._look_at_memory()

    def _look_at_memory(self) -> None:
        if self._process is None or megabytes_of(self._process) is None:
            port = urlsplit(self.server.url).port
            self._process = process_at(port) if port else None
        now = megabytes_of(self._process) if self._process else None
        self._memory = max(filter(None, (self._memory, now)), default=None)


async def _until(instant: datetime) -> None:
    left = instant - datetime.now(instant.tzinfo)  # noqa: TID251 - a fleet in real time
    await asyncio.sleep(max(timedelta(), left).total_seconds())
