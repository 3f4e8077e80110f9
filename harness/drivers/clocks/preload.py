"""
``preload``: an unmodified program whose C library functions tell our time.

Its threads write down until when they wait, and block without a time-out.
"""

from harness.drivers.clocks.library import preload_library
from harness.drivers.clocks.outside import OutsideClock
from harness.drivers.clocks.tree import ProcessTree


class PreloadClock(OutsideClock):
    """Time comes from a library of ours, which is built when it is first used."""

    name = "preload"

    def _tree(self, wall_ns: int) -> ProcessTree:
        return ProcessTree(preload_library(), wall_ns)
