"""A theatre for the player: a scripted SDK, the real mock, and what was to be seen."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.documents.wire_profile import load_profile
from harness.domain.recording import AnyEvent, SdkError
from harness.drivers import contract
from harness.drivers.clocks.injected import InjectedClock
from harness.drivers.complaint import Complaint
from harness.drivers.driver import Blame, Driver, DriverFault, DriverKilled
from harness.scenario.case_file import load_cases
from harness.scenario.player import Player
from mock_server import DEFAULT_WORLD, MockDls

PROFILE = load_profile("open-json", Path())
TICK = timedelta(minutes=3)


async def post(url: str, path: str, message: dict[str, Any]) -> bool:
    """Send *message*; tell whether a positive answer came."""
    body = json.dumps(message).encode()
    host, _, port = url.removeprefix("http://").partition(":")
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.read()
        writer.close()
    except ConnectionError:
        return False
    return answer.startswith(b"HTTP/1.1 200")


@dataclass
class Script:
    """
    What the SDK does, besides to keep time.

    Attributes:
        tick: How long after its start, and after each tick, its timer is due.
        asks: It asks for authorisation at its start.
        reports: It submits a report at each tick, and at its stop.
        breaks_at: The method in which it breaks the contract, and on which device.
        next_timer: What it tells in place of the truth.
        log: What it writes to its standard error.
    """

    tick: timedelta | None = TICK
    asks: bool = False
    reports: bool = False
    breaks_at: tuple[str, str] | None = None
    next_timer: Callable[[datetime], datetime | None] | None = None
    log: str = ""


class ScriptedDriver(Driver):
    """An SDK that follows its script, on the device that its first start names."""

    def __init__(self, theatre: "Theatre") -> None:
        super().__init__("scripted")
        self.theatre = theatre
        self.script = theatre.script
        self.device = "?"
        self.fate = "running"
        self.now = datetime.min
        self.due: datetime | None = None
        self.url = ""
        self.is_live = False

    @property
    def log(self) -> str:
        return self.script.log

    async def ask_unknown(self) -> bool:
        return True

    async def kill(self) -> None:
        self.fate = "killed"

    async def close(self) -> None:
        self.fate = "closed"

    async def _call(self, method: Any, params: Any) -> Any:
        if isinstance(params, contract.Start):
            self.device = Path(params.cache_dir).name.removeprefix("device-")
        self.theatre.calls.append((self.device, method.name, params))
        if self.script.breaks_at == (self.device, method.name):
            complaint = Complaint("an answer", "nothing")
            place = {"driver": self.name, "method": method.name, "place": "here"}
            self._fault = DriverFault(Blame.of(complaint, **place))
            raise self._fault
        answer = await getattr(self, f"_on_{method.name}")(params)
        if self.fate == "killed":
            raise DriverKilled
        return answer

    async def _on_start(self, params: contract.Start) -> contract.Started:
        self.now, self.url, self.is_live = params.now, params.servers[0], True
        self.due = params.now + self.script.tick if self.script.tick else None
        (Path(params.cache_dir) / "uuid").write_text(self.device)
        is_granted = not self.script.asks or await self._ask(params)
        error = None if is_granted else SdkError(code=-20200, message="No server.")
        return contract.Started(
            authorized=is_granted, error=error, next_timer=self._next_timer()
        )

    async def _ask(self, params: contract.Start) -> bool:
        for url in params.servers:
            message = {"clientUuid": self.device, "handshakeCode": params.handshake_code}
            if await post(url, "/dls/authorization", message):
                return True
        return False

    async def _on_operate(self, _: contract.Operate) -> contract.Operated:
        return contract.Operated(performed=self.is_live, next_timer=self._next_timer())

    async def _on_advance(self, params: contract.Advance) -> contract.Ticked:
        assert params.to > self.now, "time never goes back, nor stands still"
        while self.due and self.script.tick and self.due <= params.to:
            self.theatre.ticks.append((self.device, self.due))
            self.due += self.script.tick
            await self._report()
        self.now = params.to
        return contract.Ticked(next_timer=self._next_timer())

    async def _on_set_clock(self, params: contract.SetClock) -> contract.Ticked:
        if self.due:
            self.due += params.to - self.now
        self.now = params.to
        return contract.Ticked(next_timer=self._next_timer())

    async def _on_stop(self, _: contract.Stop) -> contract.Stopped:
        await self._report()
        self.is_live, self.due = False, None
        return contract.Stopped()

    async def _report(self) -> None:
        if self.script.reports:
            await post(self.url, "/dls/usage", {"reports": []})

    def _next_timer(self) -> datetime | None:
        return self.script.next_timer(self.now) if self.script.next_timer else self.due


@dataclass
class Theatre:
    """
    Plays scenarios.

    Attributes:
        calls: Device, method and params of every call of a driver, in order.
        ticks: Device and device time of every tick.
        events: What the recording would hold.
        drivers: Every driver that was opened.
    """

    folder: Path
    script: Script = field(default_factory=Script)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    ticks: list[tuple[str, datetime]] = field(default_factory=list)
    events: list[AnyEvent] = field(default_factory=list)
    drivers: list[ScriptedDriver] = field(default_factory=list)

    def play(
        self,
        steps: str,
        *capabilities: str,
        head: str = "settle: false",
        product: str = "dbr",
        **script: Any,
    ) -> "Theatre":
        """Play *steps* with an SDK that has *capabilities* and follows *script*."""
        self.script = Script(**script)
        path = self.folder / "case.yaml"
        text = f"summary: s\nexercises: [a/b]\n{head}\nsteps: {steps}\n"
        path.write_text(text, encoding="utf-8")
        (case,) = load_cases(path, self.folder, frozenset({"a/b"}))
        asyncio.run(self._play(case.scenario, self._description(product, capabilities)))
        return self

    def play_to_fault(self, steps: str, *capabilities: str, **settings: Any) -> str:
        """Play as `play` does, and return the text of the fault that ends it."""
        with pytest.raises(DriverFault) as caught:
            self.play(steps, *capabilities, **settings)
        return str(caught.value)

    async def _play(self, scenario: Any, description: contract.Description) -> None:
        clock = InjectedClock()
        clock.begin(scenario.begin)
        world = scenario.world or DEFAULT_WORLD
        async with MockDls(PROFILE, world, clock, self.events.append) as mock:
            note = self.events.append
            player = Player(
                scenario, description, self._open, mock, clock, note, self.folder
            )
            await player.play()

    async def _open(self) -> Driver:
        self.drivers.append(ScriptedDriver(self))
        return self.drivers[-1]

    def _description(
        self, product: str, capabilities: tuple[str, ...]
    ) -> contract.Description:
        content = {
            "contract": 1,
            "sdk": {"name": "scripted", "version": "1", "language": "python"},
            "product": product,
            "generation": "dls",
            "clock": "injected",
            "capabilities": list(capabilities),
        }
        return contract.read_result(content, contract.DESCRIBE)

    @property
    def advances(self) -> list[str]:
        """To what time of day which device was advanced, in order."""
        return [
            f"{device} {params.to:%H:%M:%S}"
            for device, method, params in self.calls
            if method == "advance"
        ]

    @property
    def methods(self) -> list[str]:
        """Which methods were called, in order."""
        return [method for _, method, _ in self.calls]

    def told(self, kind: type) -> list[Any]:
        """Return the events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def story(self) -> list[str]:
        """The events in order: each with its device, where it has one."""
        return [
            f"{event.__struct_config__.tag} {getattr(event, 'device', None) or ''}".strip()
            for event in self.events
        ]


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    return Theatre(tmp_path)
