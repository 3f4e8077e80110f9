"""
The quarters of a capture: its devices, divided by a digest of their names.

What is remembered of a device, and when it is forgotten, depends on the devices of its own
quarter alone. So a capture can be divided by quarters, and each part be judged elsewhere.
"""

import zlib

from harness.history.portions import AcceptedPortions
from harness.history.presence import Presence

QUARTERS = 16
#: So many devices of a quarter are followed at once. One that was not heard of for long is
#: forgotten: what it sends then is as if the capture had begun there.
MOST_DEVICES = 1_600
#: So many accepted portions are remembered in each quarter.
_MOST_PORTIONS = 12_500


def quarter_of(device: str) -> int:
    """Return the number of the quarter that a device is in: the same on every machine."""
    return zlib.crc32(device.encode(errors="surrogatepass")) % QUARTERS


class Quarter:
    """
    The devices of one quarter that are followed.

    Attributes:
        presences: By device; the one that was heard of last comes last.
        accepted: Their latest portions that were accepted.
    """

    def __init__(self) -> None:
        """Nobody was heard of."""
        self.presences: dict[str, Presence] = {}
        self.accepted = AcceptedPortions(_MOST_PORTIONS)

    def forget_oldest(self) -> Presence | None:
        """Forget the device that was silent longest, if there are too many."""
        if len(self.presences) <= MOST_DEVICES:
            return None
        return self.presences.pop(next(iter(self.presences)))
