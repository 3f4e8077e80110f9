"""Does a clock mode work here? Shown by a program that waits in three ways."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from harness.drivers.clocks.mode import ClockMode
from harness.drivers.contract import Operate
from harness.drivers.driver import Driver
from harness.drivers.sdk_file import SdkFile

_PROGRAM = Path(__file__).with_name("probe_driver.py")
_LOOP = Path(__file__).with_name("probe_loop_driver.py")
_CEILING = timedelta(seconds=30)
#: The program tells no finer.
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class _Wait:
    """One kind of wait: the probe's word for it, ours, and how long it is."""

    word: str
    text: str
    span: timedelta


_WAITS = (
    _Wait("timer", "a timer of 180 s fires after", timedelta(seconds=180)),
    _Wait("blocked", "a wait that is ended after 60 s takes", timedelta(seconds=60)),
    _Wait("network", "a network time-out of 10 s takes", timedelta(seconds=10)),
)


@dataclass(frozen=True)
class Proof:
    """
    What one kind of wait showed.

    Attributes:
        is_exact: It took what it should, by the program's clock and by ours.
        text: What was seen.
    """

    is_exact: bool
    text: str


async def prove(clock: ClockMode, begin: datetime) -> list[Proof]:
    """
    Try *clock* on a program of our own; *begin* is when that happens for it.

    Raises:
        BadInput: The mode cannot be used on this machine at all.
        DriverFault: The program does not come to an end in it.
    """
    clock.begin(begin)
    driver = await clock.open(_probe(_LOOP if clock.wakes_loops_only else _PROGRAM), None)
    try:
        await driver.ask_unknown()  # time begins when the program has begun
        return [await _proof(clock, driver, wait) for wait in _WAITS]
    finally:
        await driver.close()


async def _proof(clock: ClockMode, driver: Driver, wait: _Wait) -> Proof:
    begun = clock.now()
    answer = await driver.operate(
        Operate(
            now=begun,
            kind="decode",
            type="probe",
            count=1,
            success=True,
            content=wait.word,
        )
    )
    passed = clock.now() - begun
    told = timedelta(milliseconds=int(answer.error.message if answer.error else -1))
    seconds = f"{round(passed.total_seconds(), 3):g} s"
    if abs(told - passed) > _MILLISECOND:
        seconds += f", and {told.total_seconds():g} s by its own clock"
    allowed = max(clock.tolerance, _MILLISECOND)
    is_exact = max(abs(passed - wait.span), abs(told - passed)) <= allowed
    return Proof(is_exact, f"{wait.text} {seconds}")


def _probe(program: Path) -> SdkFile:
    return SdkFile(
        path=program,
        name="dlscheck's probe",
        command=(sys.executable, str(program)),
        python=None,
        env={},
        timeout=_CEILING,
        reuse=False,
        wire="open-json",
        clock=None,
        baseline=None,
        driver_line=None,
    )
