"""
Soak and chaos, bounded.

``python -m soak [--minutes M] [--devices N] [--kills K] [--seed S]``

1. A mock with its file of usage under a fleet, with every kind of fault in turn, killed
   (kill -9) and started again. Its ledger has to balance to the unit.
2. A part of the fleet through mitmproxy with the add-on, which is killed by turns with the
   mock. Every request that was answered has to be in a recording, and no unit may be lost.
3. Drivers with bad habits. Each run has to end, and to leave nothing of theirs running.

The exit code is 1 if any of that does not hold.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Coroutine
from pathlib import Path

from soak.chaos import Chaos
from soak.drivers import Ending, run_all
from soak.misbehaving_driver import HABITS
from soak.onslaught import Outcome, capture_under_fire, mock_under_fire

_MOST_MINUTES = 10.0
#: Shares of the time; what is over is for starting, settling and ending.
_MOCK, _CAPTURE, _DRIVERS = 0.35, 0.25, 0.25
#: mitmproxy takes a hundred times as long for a request as the mock does.
_CAPTURED_SHARE = 4


def main() -> int:
    """Do all three, and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m soak")
    parser.add_argument("--minutes", type=float, default=_MOST_MINUTES, help="at most 10")
    parser.add_argument("--devices", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10, help="of each of the first two")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if not 0 < given.minutes <= _MOST_MINUTES or given.devices < 1 or given.kills < 0:
        parser.error(f"expected at most {_MOST_MINUTES:g} minutes, and a device")
    chaos, seconds = Chaos(given.seed), 60 * given.minutes
    with tempfile.TemporaryDirectory(prefix="dlscheck-soak-") as name:
        folder = Path(name)
        mock = _within(
            mock_under_fire(folder, chaos, given.devices, given.kills, _MOCK * seconds),
            seconds,
        )
        is_good = _tell_mock(mock, given.kills)
        captured = max(1, given.devices // _CAPTURED_SHARE)
        capture = _within(
            capture_under_fire(folder, chaos, captured, given.kills, _CAPTURE * seconds),
            seconds,
        )
        is_good &= _tell_capture(capture, given.kills)
        is_good &= _tell_drivers(run_all(folder, _DRIVERS * seconds))
    print("nothing is lost" if is_good else "FAILED")
    return 0 if is_good else 1


def _within[T](story: Coroutine[None, None, T], seconds: float) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(seconds):
            return await story

    return asyncio.run(bounded())


def _tell_mock(outcome: Outcome, kills: int) -> bool:
    balance = outcome.balance
    is_good = balance.is_balanced and outcome.kills == kills
    _tell("mock", outcome, is_good)
    return is_good


def _tell_capture(outcome: Outcome, kills: int) -> bool:
    is_good = not outcome.missing and not outcome.balance.lost and outcome.kills == kills
    _tell("capture", outcome, is_good)
    print(
        f"         {outcome.recorded} exchanges are recorded, {outcome.missing} that were "
        "answered are missing"
    )
    return is_good


def _tell(name: str, outcome: Outcome, is_good: bool) -> None:
    balance, figures = outcome.balance, outcome.figures
    failed = sum(figures.failed.values())
    print(
        f"{name:8} {figures.devices} devices, {figures.sessions} sessions, "
        f"{figures.requests} requests in {figures.seconds} s, {failed} failed; at least "
        f"{outcome.fired} struck by faults; {outcome.kills} kills: "
        f"{'good' if is_good else 'BAD'}\n"
        f"         {balance.performed} units performed = {balance.stored} stored + "
        f"{balance.pending} pending + {balance.purged} purged; {balance.lost} lost, "
        f"{balance.invented} counted again; {figures.memory_mb} MB at most",
        flush=True,
    )


def _tell_drivers(endings: list[Ending]) -> bool:
    is_good = len(endings) == len(HABITS) and all(one.is_good for one in endings)
    told = ", ".join(f"{one.habit} {one.code}" for one in endings)
    left = sum(one.left for one in endings)
    print(
        f"drivers  {len(endings)} of {len(HABITS)} habits, {left} processes left: "
        f"{'good' if is_good else 'BAD'}\n         exit codes: {told}"
    )
    for one in endings:
        if not one.is_good:
            print(f"{one.habit}: {one.left} left after {one.seconds} s\n{one.told[-2000:]}")
    return is_good


if __name__ == "__main__":
    sys.exit(main())
