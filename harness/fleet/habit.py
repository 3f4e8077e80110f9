"""What devices do, and when: the same for the same seed, however they are interleaved."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from harness.domain.generation import SLOT_LENGTH

_KINDS = ("QR_CODE", "PDF417", "DATAMATRIX", "CODE_128")
_MOST_UNITS = 5
#: In turns of three minutes.
_SHORTEST_SESSION, _LONGEST_SESSION = 3, 20
_MOST_PAUSE = 3


@dataclass(frozen=True)
class Turn:
    """
    What a device does within three minutes.

    Attributes:
        offset: When, from the beginning of the turn.
        is_start: It begins a session.
        is_stop: It ends its session, after all else.
        work: What it counts: types of usage with their units.
    """

    offset: timedelta
    is_start: bool
    is_stop: bool
    work: tuple[tuple[str, int], ...]


class Habit:
    """The habit of one device."""

    def __init__(self, seed: int, number: int) -> None:
        """Derive it from the fleet's *seed* and the device's *number*."""
        self._seed = f"{seed}/{number}"
        dice = self._dice("habit")
        self._offset = timedelta(milliseconds=int.from_bytes(dice[:4]) % _MILLISECONDS)
        span = _LONGEST_SESSION - _SHORTEST_SESSION + 1
        self._session = _SHORTEST_SESSION + dice[4] % span
        self._pause = dice[5] % (_MOST_PAUSE + 1)
        # Not all of a fleet are started by one switch.
        self._shift = dice[6] % (self._session + self._pause)

    def turn(self, number: int) -> Turn:
        """Return what it does in the turn of that *number*, counted from 0."""
        place = (number + self._shift) % (self._session + self._pause)
        is_on = place < self._session
        return Turn(
            offset=self._offset,
            is_start=is_on and (place == 0 or number == 0),
            is_stop=place == self._session - 1,
            work=self._work(number) if is_on else (),
        )

    def _work(self, number: int) -> tuple[tuple[str, int], ...]:
        dice = self._dice(str(number))
        return tuple(
            (_KINDS[one % len(_KINDS)], 1 + one // len(_KINDS) % _MOST_UNITS)
            for one in dice[1 : 1 + dice[0] % 4]
        )

    def _dice(self, purpose: str) -> bytes:
        return sha256(f"{self._seed}/{purpose}".encode()).digest()


_MILLISECONDS = SLOT_LENGTH // timedelta(milliseconds=1)
