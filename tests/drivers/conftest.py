"""What the tests of drivers share: a way to run a driver that a test has spoilt."""

import asyncio
import os
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvloop

from harness.drivers.contract import Operate, Start
from harness.drivers.driver import Driver, DriverFault
from harness.drivers.stdio import StdioDriver

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)

type Talk = Callable[[Any], Awaitable[Any]]


@pytest.fixture
def start() -> Start:
    return Start(
        now=NOW,
        cache_dir="/nowhere/device-a",
        servers=("http://127.0.0.1:9",),
        handshake_code="200001-demo",
    )


@pytest.fixture
def operate() -> Operate:
    return Operate(now=NOW, kind="decode", type="QR_CODE", count=2, success=True)


@dataclass
class Workshop:
    """Makes drivers out of the good one, runs them, and sees that they are gone."""

    folder: Path
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None
    pids: list[int] = field(default_factory=list)

    @property
    def trace(self) -> str:
        """What the good driver wrote down."""
        return (self.folder / "trace").read_text(encoding="utf-8")

    def script(self, body: str) -> Path:
        """Write a driver's script, which has everything of the good driver."""
        path = self.folder / "spoilt_driver.py"
        head = "import os, signal, subprocess, time\nfrom good_driver import *\n"
        path.write_text(head + textwrap.dedent(body), encoding="utf-8")
        return path

    def run[T](self, main: Callable[[], Awaitable[T]]) -> T:
        """Run *main* in an event loop of its own."""

        async def awaited() -> T:
            return await main()

        with asyncio.Runner(loop_factory=self.loop_factory) as runner:
            return runner.run(awaited())

    async def launch(self, body: str, **settings: Any) -> StdioDriver:
        """Start the driver whose script ends in *body*."""
        driver = await StdioDriver.launch(
            [sys.executable, str(self.script(body))],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(HERE), "TRACE": str(self.folder / "trace")},
            **{
                "name": "spoilt",
                "ceiling": timedelta(seconds=20),
                "last_seen": lambda: 0.0,
                "grace": timedelta(seconds=10),
            }
            | settings,
        )
        self.pids.append(driver.pid)
        return driver

    def drive(self, body: str, talk: Talk, **settings: Any) -> Any:
        """Run the driver *body* as long as *talk* talks to it; return what that does."""

        async def session() -> Any:
            driver = await self.launch(body, **settings)
            try:
                return await talk(driver)
            finally:
                await driver.close()

        return self.run(session)

    def blame(self, body: str, talk: Talk, **settings: Any) -> str:
        """Return the text of the fault that *talk* comes upon."""
        with pytest.raises(DriverFault) as caught:
            self.drive(body, talk, **settings)
        return str(caught.value)


@pytest.fixture(params=["asyncio", "uvloop"])
def workshop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workshop]:
    factory = uvloop.new_event_loop if request.param == "uvloop" else None
    made = Workshop(tmp_path, factory)
    yield made
    left = [pid for pid in made.pids if not is_gone(pid)]
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
    assert not left, f"processes {left} were left running"


def is_gone(pid: int) -> bool:
    """Tell whether process *pid* has ended; one that nobody buried yet has, too."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state.rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def is_gone_soon() -> Callable[[int], bool]:
    """Tell whether a process ends within two seconds: SIGKILL takes its time."""

    def wait(pid: int) -> bool:
        deadline = time.monotonic() + 2
        while not is_gone(pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        return is_gone(pid)

    return wait


@pytest.fixture
def describe() -> Talk:
    async def talk(driver: Driver) -> Any:
        return await driver.describe()

    return talk


@pytest.fixture
def restored_imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget afterwards which folders and drivers a test has imported from."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in [*sys.modules]:
        if name.startswith("acme_") or name == "good_driver":
            del sys.modules[name]
