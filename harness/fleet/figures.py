"""What a fleet has measured while it went by."""

import math

import msgspec

#: Upper ends of the classes of durations: each is a tenth longer than the one before.
_GROWTH = 1.1
_SHORTEST_MS = 0.05


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    """How long answers took, in milliseconds."""

    p50: float
    p90: float
    p99: float
    longest: float


class Durations:
    """Durations by class: the memory does not grow with their number."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: dict[int, int] = {}
        self._number = 0
        self._longest = 0.0

    def add(self, milliseconds: float) -> None:
        """Take in one duration."""
        ratio = max(1.0, milliseconds / _SHORTEST_MS)
        place = math.ceil(math.log(ratio, _GROWTH))
        self._counts[place] = self._counts.get(place, 0) + 1
        self._number += 1
        self._longest = max(self._longest, milliseconds)

    def percentiles(self) -> Percentiles:
        """Return them, to a tenth."""
        return Percentiles(
            p50=self._share(0.5),
            p90=self._share(0.9),
            p99=self._share(0.99),
            longest=round(self._longest, 2),
        )

    def _share(self, share: float) -> float:
        """Return the duration that so large a *share* of all do not exceed."""
        seen = 0
        for place in sorted(self._counts):
            seen += self._counts[place]
            if seen >= share * self._number:
                return round(min(_SHORTEST_MS * _GROWTH**place, self._longest), 2)
        return 0.0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a run of a fleet came to.

    Attributes:
        failed: Requests that were not answered as the protocol has it, by reason.
        memory_mb: What the server's process had in memory at most; ``None``: not known.
    """

    devices: int
    sessions: int
    requests: int
    failed: dict[str, int]
    seconds: float
    per_second: float
    answers: Percentiles
    memory_mb: float | None
