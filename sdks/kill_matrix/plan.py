"""
Who plays what, so that the whole takes minutes and leaves no rule and no case out.

A faulty specimen is tried in one generation; in the other one too, where it is the first
that is made for its rule. A conforming specimen is tried in both, each time with one case
of each file: by turns, so that among them they play every case.
"""

from collections.abc import Iterable, Iterator
from itertools import count, groupby
from typing import NamedTuple

from harness.scenario.case_file import Case
from sdks.kill_matrix.specimen import Specimen

#: A case with so many operations takes as long as a hundred others.
_MANY_OPERATIONS = 1000
#: What is dear is played in one of so many turns only: an odd number, for generations
#: take turns as well.
_SELDOM = 7


class Appointment(NamedTuple):
    """
    One specimen that is to be tried in one generation.

    Attributes:
        turn: Which case of each file it plays; ``None``: every one.
    """

    specimen: Specimen
    generation: str
    turn: int | None


def plan(specimens: Iterable[Specimen], *, everything: bool) -> Iterator[Appointment]:
    """Say who is tried in which generation; *everything*: all of them in all of theirs."""
    shown: set[tuple[str, str]] = set()
    turns = count()
    for number, specimen in enumerate(specimens):
        first, *others = _by_turns(specimen.generations, number)
        # A conforming one is made for no rule: nobody else stands for it.
        rule = specimen.breaks[0] if specimen.breaks else specimen.name
        spare = [g for g in others if not everything and (rule, g) in shown]
        for generation in (first, *others):
            if generation not in spare:
                turn = None if everything or specimen.breaks else next(turns)
                yield Appointment(specimen, generation, turn)
                shown.add((rule, generation))


def cases_of(turn: int | None, suite: Iterable[Case]) -> list[Case]:
    """Choose from *suite*, which is in the order of its files."""
    if turn is None:
        return list(suite)
    files = [list(cases) for _, cases in groupby(suite, key=lambda case: case.path)]
    return [case for cases in files for case in _of_file(turn, cases)]


def _of_file(turn: int, cases: list[Case]) -> Iterator[Case]:
    cheap = [case for case in cases if not is_dear(case)]
    dear = [case for case in cases if is_dear(case)]
    if cheap:
        yield cheap[turn % len(cheap)]
    if dear and turn % _SELDOM == 0:
        yield dear[turn // _SELDOM % len(dear)]


def is_dear(case: Case) -> bool:
    """Tell whether *case* takes as long as many others: it is long, or starts processes."""
    scenario = case.scenario
    return scenario.crashes > 0 or scenario.operations >= _MANY_OPERATIONS


def _by_turns(generations: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Both generations get their share of first places."""
    return generations[::-1] if number % 2 else generations
