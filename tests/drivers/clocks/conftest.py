"""What the tests of virtual time share: programs in C, and a driver that runs them."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.drivers.clocks.preload import PreloadClock
from harness.drivers.contract import Operate
from harness.drivers.driver import Driver
from harness.drivers.sdk_file import load_sdk_file

HERE = Path(__file__).parent
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
#: No test takes longer, however busy the machine.
LONGEST_SECONDS = 90


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Compile a program in C, once."""
    folder = tmp_path_factory.mktemp("built")

    def build(source: Path, *flags: str) -> Path:
        program = folder / source.stem
        if not program.exists():
            command = ["cc", "-O1", "-o", str(program), str(source), *flags, "-lpthread"]
            subprocess.run([*command, "-lrt"], check=True, timeout=LONGEST_SECONDS)
        return program

    return build


class Bench:
    """One driver that runs programs in virtual time."""

    def __init__(self, folder: Path, program: Path) -> None:
        """Prepare it for *program*."""
        self._file = folder / "calls.yaml"
        driver = HERE / "calls_driver.py"
        self._file.write_text(
            f"name: calls\ndriver:\n  command: ['{{python}}', '{driver}', '{program}']\n",
            encoding="utf-8",
        )
        self._runner = asyncio.Runner()
        self.clock = PreloadClock()
        self.clock.begin(BEGIN)
        self.driver: Driver = self._run(self._open())

    def call(self, argument: str) -> str:
        """Run the program with *argument*; return its code and what it printed."""
        answer = self._run(self._operated(argument))
        assert answer.error is not None
        return answer.error.message

    def pass_until(self, to: datetime) -> None:
        """Let time pass."""
        self._run(self.clock.pass_until(to, (), _nothing))

    def close(self) -> None:
        """End the driver."""
        self._run(self.driver.close())
        self._runner.close()

    async def _open(self) -> Driver:
        driver = await self.clock.open(load_sdk_file(self._file), None)
        await driver.describe()
        return driver

    async def _operated(self, argument: str):
        now = self.clock.now()
        action = Operate(
            now=now, kind="decode", type="x", count=1, success=True, content=argument
        )
        return await self.driver.operate(action)

    def _run(self, call):
        async def bounded():
            async with asyncio.timeout(LONGEST_SECONDS):
                return await call

        return self._runner.run(bounded())


async def _nothing() -> None:
    return


@pytest.fixture(scope="module")
def calls(built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A driver that runs one wait of ``calls.c``."""
    bench = Bench(tmp_path_factory.mktemp("calls"), built(HERE / "calls.c"))
    yield bench
    bench.close()
