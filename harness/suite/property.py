"""A property: what must hold in every story that can be generated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from harness.drivers.contract import GenerationName
from harness.scenario.scenario import Scenario


@dataclass(frozen=True)
class Cast:
    """
    What a story has to fit: the SDK that is to play in it.

    Attributes:
        generation: ``lts`` or ``dls``.
        capabilities: What the SDK claims to be capable of.
    """

    generation: GenerationName
    capabilities: frozenset[str]

    @property
    def has_standby(self) -> bool:
        """Whether the SDK can be told of a second server."""
        return "standby-server" in self.capabilities


class StoryBroken(Exception):
    """A story broke a rule: what was searched for is found."""


#: Plays a story.
#:
#: Raises:
#:     StoryBroken: A rule that must hold does not hold in it.
Play = Callable[[Scenario], None]


class Search(Protocol):
    """Has stories played: so many, drawn from *seed*, or fewer if one of them breaks."""

    def __call__(self, cast: Cast, play: Play, *, examples: int, seed: int) -> None:
        """
        Search.

        Raises:
            StoryBroken: The story that was played last broke a rule.
        """
        ...


@dataclass(frozen=True)
class Property:
    """
    A case of the suite whose scenarios are drawn, not written.

    Attributes:
        id: A path, as a case has.
        summary: What its stories are about, in a sentence.
        exercises: Rules whose premise occurs in almost every run of it.
    """

    id: str
    summary: str
    exercises: tuple[str, ...]
    search: Search
