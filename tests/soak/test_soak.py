"""The soak, at a small scale; ``make soak`` is the large one."""

import asyncio
from pathlib import Path
from typing import get_args

import pytest

from mock_server.faults.damage import Damage
from mock_server.faults.one_liner import parse_fault
from soak.chaos import FAULTS_AT_A_TIME, Chaos
from soak.drivers import run_with
from soak.onslaught import Outcome, capture_under_fire, mock_under_fire

SECONDS = 60


def test_every_damage_comes() -> None:
    """In the turns of ten kills every kind of damage is armed, on both kinds of message."""
    chaos = Chaos(3)
    faults = [parse_fault(f) for turn in range(chaos.turns(10)) for f in chaos.faults(turn)]
    assert {fault.do for fault in faults} == set(get_args(Damage))
    assert {fault.on for fault in faults} == {"usage", "authorization", None}
    assert len(faults) == chaos.turns(10) * FAULTS_AT_A_TIME


@pytest.mark.parametrize("kills", [0, 1, 10])
def test_kills(kills: int) -> None:
    """Each kill has a turn of its own, and time to come to rest before the end."""
    drawn = [kill.turn for kill in Chaos(5).kills(kills)]
    assert len(drawn) == len(set(drawn)) == kills
    assert drawn == sorted(drawn)
    assert max(drawn, default=0) < Chaos.turns(kills) - 1


def test_what_goes_wrong_depends_on_the_seed() -> None:
    """The same seed draws the same, another one something else."""
    assert Chaos(1).faults(7) == Chaos(1).faults(7) != Chaos(2).faults(7)
    assert list(Chaos(1).kills(5)) == list(Chaos(1).kills(5)) != list(Chaos(2).kills(5))


def test_a_mock_that_is_killed(tmp_path: Path) -> None:
    """The ledger balances though the mock was killed in the middle of a turn."""
    outcome: Outcome = asyncio.run(mock_under_fire(tmp_path, Chaos(1), 25, 2, SECONDS))
    assert outcome.balance.is_balanced, outcome.balance
    assert (outcome.kills, outcome.missing) == (2, 0)
    assert outcome.balance.stored > 100
    assert outcome.figures.failed


def test_a_capture_that_is_killed(tmp_path: Path) -> None:
    """Every request that was answered is in the recording of one life or the other."""
    outcome: Outcome = asyncio.run(capture_under_fire(tmp_path, Chaos(1), 25, 1, SECONDS))
    assert (outcome.kills, outcome.missing, outcome.balance.lost) == (1, 0, 0)
    assert 0 < outcome.recorded <= outcome.figures.requests


@pytest.mark.parametrize(("habit", "code"), [("floods-stdout", 5), ("forks", 0)])
def test_a_driver_with_a_bad_habit(habit: str, code: int, tmp_path: Path) -> None:
    """The run ends, and nothing is left of what the driver has started."""
    ending = run_with(habit, tmp_path)
    assert (ending.code, ending.left) == (code, 0), ending.told
