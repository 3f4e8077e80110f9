"""A fleet under fire: its server is struck by faults, and killed and started again."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bench.free_port import free_port
from harness.capture.flow import Unreadable
from harness.capture.recording_file import read_recorded
from harness.domain.generation import DLS
from harness.domain.recording import RecordingOpened
from harness.fleet.balance import Balance
from harness.fleet.driving import Fleet, Plan, Progress
from harness.fleet.figures import Figures
from harness.fleet.server import Server
from soak.chaos import Chaos
from soak.process import MockProcess, ProxyProcess, Restartable

_BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
_CONNECTIONS = 200


@dataclass
class Onslaught:
    """
    What goes wrong while a fleet is on its way.

    Attributes:
        victims: Killed by turns.
        fired: How many requests faults have struck, as far as a kill left it to be told.
    """

    chaos: Chaos
    kills: int
    victims: list[Restartable]
    fired: int = 0
    _due: dict[int, float] = field(default_factory=dict)
    _killing: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        """Draw the kills."""
        self._due = {one.turn: one.after_seconds for one in self.chaos.kills(self.kills)}

    async def on_turn(self, progress: Progress) -> None:
        """Replace the faults, and kill in the middle of the turn if it is time for that."""
        await self.end()
        server = progress.server
        assert server is not None
        self.fired += await server.fired()
        await server.fault_free()
        for fault in self.chaos.faults(progress.turn):
            await server.arm(fault)
        after = self._due.get(progress.turn)
        if after is not None:
            self._killing = asyncio.create_task(self._kill(after))

    async def end(self) -> None:
        """Wait until all that was killed is there again."""
        if self._killing is not None:
            await self._killing
            self._killing = None

    async def _kill(self, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        victim = min(self.victims, key=lambda one: one.kills)
        await victim.kill()
        await victim.start()


@dataclass(frozen=True)
class Outcome:
    """
    What came of it.

    Attributes:
        kills: How often something was killed.
        missing: Answered requests that no recording has; 0 where nothing was recorded.
        recorded: Exchanges that the recordings have.
    """

    balance: Balance
    figures: Figures
    fired: int
    kills: int
    missing: int = 0
    recorded: int = 0


async def mock_under_fire(
    folder: Path, chaos: Chaos, devices: int, kills: int, seconds: float
) -> Outcome:
    """Let *devices* talk to a mock with a file, which is killed so often."""
    port, standby = free_port(), free_port()
    mock = MockProcess(folder / "usage.db", port, standby)
    onslaught = Onslaught(chaos, kills, [mock])
    await mock.start()
    url, admin = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{standby}"
    try:
        async with Server(url, _CONNECTIONS, admin) as server:
            balance, figures = await _drive(server, onslaught, devices, seconds)
    finally:
        await onslaught.end()
        await mock.end()
    return Outcome(balance, figures, onslaught.fired, mock.kills)


async def capture_under_fire(
    folder: Path, chaos: Chaos, devices: int, kills: int, seconds: float
) -> Outcome:
    """The same through the add-on in mitmproxy; both are killed by turns."""
    port, standby, listening = free_port(), free_port(), free_port()
    mock = MockProcess(folder / "captured.db", port, standby)
    proxy = ProxyProcess(folder, listening, f"http://127.0.0.1:{port}")
    onslaught = Onslaught(chaos, kills, [proxy, mock])
    answered: Counter[str] = Counter()

    def note(body: bytes) -> None:
        answered[sha256(body).hexdigest()[:16]] += 1

    await mock.start()
    await proxy.start()
    url, admin = f"http://127.0.0.1:{listening}", f"http://127.0.0.1:{standby}"
    try:
        async with Server(url, _CONNECTIONS, admin, note) as server:
            balance, figures = await _drive(server, onslaught, devices, seconds)
    finally:
        await onslaught.end()
        await proxy.end()
        await mock.end()
    recorded = _recorded(proxy.recordings)
    return Outcome(
        balance,
        figures,
        onslaught.fired,
        mock.kills + proxy.kills,
        missing=(answered - recorded).total(),
        recorded=recorded.total(),
    )


async def _drive(
    server: Server, onslaught: Onslaught, devices: int, seconds: float
) -> tuple[Balance, Figures]:
    plan = Plan(
        name="soak",
        devices=devices,
        code="200001-demo",
        generation=DLS,
        begin=_BEGIN,
        turns=Chaos.turns(onslaught.kills),
        most_seconds=seconds,
    )
    return await Fleet(plan, server, onslaught.on_turn).run()


def _recorded(recordings: list[Path]) -> Counter[str]:
    """Count the exchanges of all *recordings* by the digest of their request."""
    found: Counter[str] = Counter()
    for path in recordings:
        if not path.exists():
            continue  # it was killed before the first message
        with path.open("rb") as file:
            for item in read_recorded(file):
                if not isinstance(item, RecordingOpened | Unreadable):
                    found[item[1].digest] += 1
    return found
