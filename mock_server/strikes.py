"""Who wants to know that a fault has struck."""

from collections.abc import Awaitable, Callable, Collection

from mock_server.faults import Fault

#: Done once a fault has struck, before the client sees anything of it.
type OnStrike = Callable[[], Awaitable[None]]


class Strikes:
    """What is to be done when a fault strikes for the first time."""

    def __init__(self) -> None:
        """Begin with nothing to be done."""
        self._awaited: list[tuple[Fault, OnStrike]] = []

    def expect(self, fault: Fault, on_strike: OnStrike) -> None:
        """Let *on_strike* be done once *fault*, this very one, strikes."""
        self._awaited.append((fault, on_strike))

    def keep_only(self, faults: Collection[Fault]) -> None:
        """Expect nothing any more of faults other than these."""
        self._awaited = [
            told for told in self._awaited if any(told[0] is one for one in faults)
        ]

    async def tell(self, fault: Fault) -> None:
        """Do what was to be done when *fault* strikes, if that has not been done yet."""
        for told in self._awaited:
            if told[0] is fault:
                self._awaited.remove(told)
                await told[1]()
                return
