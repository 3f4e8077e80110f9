"""
``faketime``: an event loop whose clock libfaketime sets.

The clock stands still and jumps, as in ``preload``. But libfaketime wakes nobody, so only
waits that the kernel can be made to end early take virtual time: those of event loops.
"""

from harness.drivers.clocks.faked_tree import FakedTree
from harness.drivers.clocks.libfaketime import faketime_library, remove_leftovers
from harness.drivers.clocks.outside import OutsideClock


class FaketimeClock(OutsideClock):
    """Time comes from libfaketime."""

    name = "faketime"
    sets_clock = False
    begins_anew = False
    wakes_loops_only = True

    def __init__(self) -> None:
        """Begin at the epoch, with no driver."""
        super().__init__()
        self._trees: list[FakedTree] = []

    def _tree(self, wall_ns: int) -> FakedTree:
        remove_leftovers()
        tree = FakedTree(faketime_library(self.name), wall_ns)
        self._trees.append(tree)
        return tree

    def habits(self) -> str:
        """Say how the SDKs waited, and which of these waits take real time."""
        calls = sorted(set().union(*(tree.in_real_time for tree in self._trees)))
        told = [super().habits()]
        if calls:
            told.append(
                f"waits by {', '.join(calls)} take real time: this mode moves event "
                "loops only"
            )
        return "; ".join(filter(None, told))
