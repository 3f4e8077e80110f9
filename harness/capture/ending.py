"""How the add-on of this process ended: mitmproxy has no word for an exit code."""

import atexit
import os
from dataclasses import dataclass


@dataclass
class Ending:
    """
    What the process is to end with.

    Attributes:
        is_told: Somebody waits for it; else the process ends with it by itself.
        violated: A rule is violated that the options ask about.
    """

    is_told: bool = False
    violated: bool = False

    def end(self, *, violated: bool) -> None:
        """Take in that the add-on is done."""
        self.violated = violated
        if violated and not self.is_told:
            # Last of all: by then mitmproxy has put everything in order.
            atexit.register(os._exit, 1)


#: One process has one proxy.
ENDING = Ending()
