"""
Is the library of virtual time right on arm64? Shown on another machine, by emulation.

``python -m bench.clock_arm64``

Compiles the library and the program that waits in all ways (``tests/drivers/clocks``) with
``aarch64-linux-gnu-gcc``, and runs each of these waits by ``qemu-aarch64``. Prints a line
for each, and ends with 1 where one is wrong, with 2 where the tools are missing (Debian:
``apt install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user``).
"""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from harness.drivers.clocks.library import FLAGS, LIBRARIES, SOURCES
from harness.drivers.clocks.preload import PreloadClock
from harness.drivers.contract import Operate
from harness.drivers.driver import Driver
from harness.drivers.sdk_file import load_sdk_file

_COMPILER, _EMULATOR, _ROOT = (
    "aarch64-linux-gnu-gcc",
    "qemu-aarch64",
    "/usr/aarch64-linux-gnu",
)
_TESTS = Path(__file__).parents[1] / "tests/drivers/clocks"
_BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
_SPAN_NS = 180 * 10**9
#: ``calls.c`` has a table of them.
_NAMES = re.compile(r'^ *\{"([a-z0-9_-]+)", ', re.MULTILINE)
#: A shell of this machine would not be emulated.
_NOT_EMULATED = "exec"
#: They ask on at their instant, and come a moment late.
_LATE = ("until-over", "whole-milliseconds")
#: Those that another thread may end, by a word, a signal, or a byte in a pipe.
_WAKEABLE = re.compile(r"(poll|select|epoll_wait|cond_\w+wait|sem_\w+wait|futex.*)$")


def main() -> int:
    """Build, wait in all ways, and return the exit code."""
    missing = [tool for tool in (_COMPILER, _EMULATOR) if shutil.which(tool) is None]
    if missing:
        print(f"not in PATH: {', '.join(missing)}\n{__doc__}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        program = _built(Path(folder))
        names = _names()
        wrong = asyncio.run(_tried(Path(folder), program, names))
    print(f"{len(names) - wrong} of {len(names)} are exact")
    return int(wrong > 0)


def _names() -> list[str]:
    names = _NAMES.findall((_TESTS / "calls.c").read_text(encoding="utf-8"))
    names = [name for name in names if name not in (_NOT_EMULATED, *_LATE)]
    return names + [f"wake-{name}" for name in names if _WAKEABLE.match(name)]


def _built(folder: Path) -> Path:
    """Return a program that runs the waits by emulation, with the library before them."""
    library, calls, program = (folder / name for name in ("clock.so", "calls", "program"))
    sources = map(str, sorted(SOURCES.glob("*.c")))
    _compile(*FLAGS, "-o", str(library), *sources, *LIBRARIES)
    _compile("-O1", "-o", str(calls), str(_TESTS / "calls.c"), "-lpthread", "-lrt")
    program.write_text(
        "#!/bin/sh\n# The emulator itself lives in real time.\n"
        f"exec env -u LD_PRELOAD {_EMULATOR} -L {_ROOT} -E LD_PRELOAD={library} "
        f'{calls} "$1"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def _compile(*arguments: str) -> None:
    subprocess.run([_COMPILER, *arguments], check=True)


async def _tried(folder: Path, program: Path, names: list[str]) -> int:
    """Wait in each way; return how many were wrong."""
    file = folder / "calls.yaml"
    command = f"['{{python}}', '{_TESTS / 'calls_driver.py'}', '{program}']"
    file.write_text(f"name: calls\ndriver: {{command: {command}}}\n", encoding="utf-8")
    clock = PreloadClock()
    clock.begin(_BEGIN)
    driver = await clock.open(load_sdk_file(file), None)
    try:
        return sum([not await _is_exact(driver, clock, name) for name in names])
    finally:
        await driver.close()


async def _is_exact(driver: Driver, clock: PreloadClock, name: str) -> bool:
    """Wait in one way: 180 s, or 60 s where another thread ends the wait."""
    span = _SPAN_NS // 3 if name.startswith("wake-") else _SPAN_NS
    begun = clock.now()
    action = Operate(
        now=begun, kind="decode", type="x", count=1, success=True, content=name
    )
    answer = await driver.operate(action)
    told = answer.error.message if answer.error else "nothing"
    passed = (clock.now() - begun).total_seconds()
    is_exact = told == f"0 {span}" and passed * 10**9 == span
    print(f"{name:24} {'exact' if is_exact else 'WRONG'}  {passed:g} s", flush=True)
    return is_exact


if __name__ == "__main__":
    sys.exit(main())
