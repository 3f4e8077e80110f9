"""How much is told in a terminal."""

from enum import IntEnum


class Level(IntEnum):
    """More than the level before it."""

    #: The verdict, and what fails the gate in a few lines.
    QUIET = 0
    #: What is wrong, with a timeline; nothing of what is well.
    NORMAL = 1
    #: All rules.
    VERBOSE = 2
