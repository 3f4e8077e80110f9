"""
Who plays what, so that the whole takes minutes and leaves no rule out.

Every specimen is tried in one generation. In the other one a faulty specimen is tried
where it is the first that is made for its rule, and a conforming one plays one case of
each file.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sdks.kill_matrix.specimen import Specimen


class Appointment(NamedTuple):
    """
    One specimen that is to be tried in one generation.

    Attributes:
        is_thorough: It plays every case of a file, and not only the first.
    """

    specimen: Specimen
    generation: str
    is_thorough: bool


def plan(specimens: Iterable[Specimen], *, everything: bool) -> Iterator[Appointment]:
    """Say who is tried in which generation; *everything*: all of them in all of theirs."""
    shown: set[tuple[str, str]] = set()
    for turn, specimen in enumerate(specimens):
        # By turns, so that both generations get their share.
        first, *others = _by_turns(specimen.generations, turn)
        yield Appointment(specimen, first, True)
        shown.update((rule, first) for rule in specimen.breaks[:1])
        for generation in others:
            rules = {(rule, generation) for rule in specimen.breaks[:1]}
            if everything or not rules or not rules <= shown:
                yield Appointment(specimen, generation, everything or bool(rules))
            shown |= rules


def _by_turns(generations: tuple[str, ...], turn: int) -> tuple[str, ...]:
    return generations[::-1] if turn % 2 else generations
