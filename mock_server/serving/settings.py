"""What a stand-alone mock is told by its configuration file."""

from typing import Annotated

import msgspec

from mock_server.faults import Fault, check_fault, parse_fault
from mock_server.journal.journal import DEFAULT_CAPACITY
from mock_server.world.fitting import check
from mock_server.world.part import Instant, Part
from mock_server.world.world import DEFAULT_WORLD, World


class Settings(Part, frozen=True, kw_only=True):
    """
    Everything that a configuration file says; all of it may be left out.

    Attributes:
        world: Organizations, handshake codes, licence items, and how they are served.
        faults: Armed from the beginning; each in full or in one line of text.
        clock: Where the clock stands still at first; ``None``: it shows the real time.
        seed: What the chance of faults depends on.
        journal: How many exchanges are kept.
        prefix: Path under which the protocol's paths are served.
    """

    world: World | None = None
    faults: tuple[Fault | str, ...] = ()
    clock: Instant | None = None
    seed: int = 0
    journal: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = DEFAULT_CAPACITY
    prefix: str = ""

    @property
    def first_world(self) -> World:
        """The configuration that holds where nothing else is known."""
        return DEFAULT_WORLD if self.world is None else self.world

    def fault_list(self) -> tuple[Fault, ...]:
        """
        Return the faults, read.

        Raises:
            ValueError: One says no fault.
        """
        return tuple(parse_fault(f) if isinstance(f, str) else f for f in self.faults)


def check_settings(settings: Settings) -> None:
    """
    See that the parts of *settings* fit together.

    Raises:
        ValueError: They do not; the message ends in the path of the part.
    """
    try:
        check(settings.first_world)
    except ValueError as error:
        raise ValueError(f"{error} - at `$.world`") from error
    for index, fault in enumerate(settings.faults):
        try:
            check_fault(parse_fault(fault) if isinstance(fault, str) else fault)
        except ValueError as error:
            raise ValueError(f"{error} - at `$.faults[{index}]`") from error


#: What only a restart can change, by name.
LASTING = ("clock", "seed", "journal", "prefix")
