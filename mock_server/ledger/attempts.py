"""How many authorisation requests were granted and refused, of late."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

#: What alerts about requests look back on.
LOOKED_BACK = timedelta(minutes=60)


class Share(NamedTuple):
    """How many of *all* requests were refused."""

    refused: int
    all: int


@dataclass(slots=True)
class _Minute:
    begin: datetime
    refused: int = 0
    all: int = 0


class Attempts:
    """The requests for each handshake code, minute by minute, as far as alerts look."""

    def __init__(self) -> None:
        """Begin with none."""
        self._minutes: defaultdict[str, deque[_Minute]] = defaultdict(deque)

    def note(self, code: str | None, at: datetime, *, is_refused: bool) -> None:
        """Note a request for *code*; one that named no code that exists is not kept."""
        if code is None:
            return
        minutes, begin = self._minutes[code], at.replace(second=0, microsecond=0)
        # Mostly the last one; what another server tells later may be of an earlier one.
        minute = next((one for one in reversed(minutes) if one.begin == begin), None)
        if minute is None:
            minute = _Minute(begin)
            minutes.append(minute)
        minute.refused += is_refused
        minute.all += 1
        while minutes[0].begin <= at - LOOKED_BACK - timedelta(minutes=1):
            minutes.popleft()

    def codes(self) -> tuple[str, ...]:
        """Return the codes that requests named."""
        return tuple(self._minutes)

    def share(self, code: str, now: datetime) -> Share:
        """Return how many requests of the last hour were refused, to the minute."""
        late = [m for m in self._minutes.get(code, ()) if m.begin > now - LOOKED_BACK]
        return Share(sum(m.refused for m in late), sum(m.all for m in late))
