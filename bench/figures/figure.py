"""One figure: what was measured, against what, and the bar that it has to clear."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A figure, as it stands in ``bench/results.json``.

    Attributes:
        group: Which measurement it is of: ``judge``, ``suite``, ...
        value: In *unit*; a median of rounds.
        against: What it is compared with, measured in the same run.
        ratio: To that: 1 is as good, more is better.
        bar: The least or the greatest value (or ratio) that it should have.
        sense: Whether *bar* is the ``least`` or the ``most``.
        of: Whether *bar* is one of the ``value`` or of the ``ratio``.
        note: What a reader should know.
    """

    group: str
    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    bar: float | None = None
    sense: Literal["least", "most"] = "least"
    of: Literal["value", "ratio"] = "value"
    note: str = ""

    @property
    def judged(self) -> float:
        """The number that the bar is about."""
        return self.ratio if self.of == "ratio" and self.ratio is not None else self.value

    @property
    def is_met(self) -> bool | None:
        """Whether the bar is met; ``None``: there is none."""
        if self.bar is None:
            return None
        return self.judged >= self.bar if self.sense == "least" else self.judged <= self.bar


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """
    All figures of one run, and where it was.

    Attributes:
        load: Processes that wanted a core when it began: on a quiet machine, almost none.
        wall_seconds: How long it took.
        missing: Why measurements are left out, by their group.
    """

    python: str
    processor: str
    cores: int
    load: float
    is_quick: bool
    wall_seconds: float
    figures: tuple[Figure, ...]
    missing: dict[str, str] = {}


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """
    How much is measured.

    Attributes:
        is_quick: Just enough to see that everything works; the figures prove nothing.
        folder: For files that are made on the way.
    """

    is_quick: bool
    folder: Path

    def pick[T](self, full: T, quick: T) -> T:
        """Return one of the two."""
        return quick if self.is_quick else full


#: Measures one group.
Measure = Callable[[Scale], Iterator[Figure]]
