"""What goes wrong when: faults and kills, drawn from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from mock_server.faults.chance import chance
from mock_server.faults.damage import TRAITS, Damage
from mock_server.faults.one_liner import parse_fault

_DAMAGES: tuple[Damage, ...] = get_args(Damage)
_KINDS = ("usage", "authorization")
_PROBABILITIES = (2, 5, 10, 25)
#: So many faults are armed at a time, and replaced every turn.
FAULTS_AT_A_TIME = 3
#: A turn without a kill follows each turn with one, at least.
_TURNS_FOR_A_KILL = 3


@dataclass(frozen=True)
class Kill:
    """A kill in the turn of that number, so many seconds after it begins."""

    turn: int
    after_seconds: float


class Chaos:
    """All that goes wrong, turn by turn."""

    def __init__(self, seed: int) -> None:
        """Draw from *seed*."""
        self._seed = seed

    def kills(self, number: int) -> Iterator[Kill]:
        """Yield so many kills, in the order of their turns."""
        for ordinal in range(number):
            turn = 1 + ordinal * _TURNS_FOR_A_KILL + int(2 * self._draw("turn", ordinal))
            yield Kill(turn, 0.02 + 0.6 * self._draw("after", ordinal))

    @staticmethod
    def turns(kills: int) -> int:
        """Return how many turns it takes for so many *kills*, and some to come to rest."""
        return 4 + kills * _TURNS_FOR_A_KILL

    def faults(self, turn: int) -> tuple[str, ...]:
        """Return the faults of a turn: in a row of turns, every kind of damage comes."""
        first = turn * FAULTS_AT_A_TIME
        return tuple(
            self._fault(_DAMAGES[number % len(_DAMAGES)], number)
            for number in range(first, first + FAULTS_AT_A_TIME)
        )

    def _fault(self, damage: Damage, number: int) -> str:
        """Return a fault in one line; what strikes connections leaves the standby alone."""
        trait = TRAITS[damage]
        if trait.is_of_connections:
            return f"{damage} server=main"
        kind = _KINDS[int(len(_KINDS) * self._draw("kind", number))]
        share = _PROBABILITIES[int(len(_PROBABILITIES) * self._draw("share", number))]
        words = [kind, damage, f"probability={share}%", "times=all"]
        if "stored" in trait.takes and self._draw("stored", number) < 0.5:
            words.append("stored")
        if damage == "status":
            words.append(f"status={400 + int(200 * self._draw('status', number))}")
        if "hold" in trait.takes:
            words.append(f"hold={50 + int(300 * self._draw('hold', number))}ms")
        line = " ".join(words)
        parse_fault(line)
        return line

    def _draw(self, rule: str, ordinal: int) -> float:
        return chance(self._seed, "soak", rule, ordinal)
