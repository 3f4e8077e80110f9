"""What is put before the suite: the variants of the reference SDK."""

import importlib
import sys
from pathlib import Path
from typing import Literal, NamedTuple

REFERENCE = Path(__file__).resolve().parents[1] / "reference"

Kind = Literal["faulty", "conforming"]


class Specimen(NamedTuple):
    """
    One variant of the reference SDK.

    Attributes:
        breaks: The rule that it is made to break, then those that cannot be kept by an
            SDK with this defect; empty for a conforming one.
        summary: What it does, in a line.
        generations: Those in which it shows.
        condition: When the defect shows, where that is seldom; empty: nearly always.
    """

    name: str
    kind: Kind
    breaks: tuple[str, ...]
    summary: str
    generations: tuple[str, ...]
    condition: str

    @property
    def sdk_file(self) -> Path:
        """The file that says how to run it."""
        return REFERENCE / self.kind / f"{self.name}.yaml"


def load_specimens() -> tuple[Specimen, ...]:
    """Read both tables of the reference SDK, the faulty variants first."""
    kinds: tuple[Kind, ...] = ("faulty", "conforming")
    return tuple(specimen for kind in kinds for specimen in _table(kind))


def _table(kind: Kind) -> list[Specimen]:
    # The SDK is an application of its own, whose folder is no package of ours.
    if str(REFERENCE) not in sys.path:
        sys.path.insert(0, str(REFERENCE))
    variants = importlib.import_module(kind).VARIANTS
    return [
        Specimen(
            name,
            kind,
            variant.breaks,
            variant.summary,
            variant.generations,
            variant.condition,
        )
        for name, variant in variants.items()
    ]
