"""The armed faults, and which of them strikes a request."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from mock_server.faults.armed import Armed
from mock_server.faults.candidate import Candidate
from mock_server.faults.check import check_fault
from mock_server.faults.fault import Fault


@dataclass(frozen=True)
class Standing:
    """
    How an armed fault stands.

    Attributes:
        number: What it is disarmed by.
        seen: How many requests it has counted.
        fired: How many it struck; addresses that it shut count as one.
        is_over: Whether it will strike nothing any more.
    """

    number: int
    fault: Fault
    armed_at: datetime
    seen: int
    fired: int
    is_over: bool


class FaultPlan:
    """The armed faults, in the order in which they were armed."""

    def __init__(self, seed: int = 0) -> None:
        """Begin with none; *seed* is what chance depends on."""
        self._seed = seed
        self._numbers = count(1)
        self._armed: dict[int, Armed] = {}

    def __bool__(self) -> bool:
        """Whether any fault is armed."""
        return bool(self._armed)

    def arm(self, fault: Fault, now: datetime) -> int:
        """
        Add *fault* and return its number; what it counts is counted from *now* on.

        Raises:
            ValueError: See `check_fault`.
        """
        check_fault(fault)
        number = next(self._numbers)
        self._armed[number] = Armed(number, fault, now, self._seed)
        return number

    def pick(self, asked: Candidate) -> Fault | None:
        """Count one request for every fault and return the one that strikes it."""
        picked: Fault | None = None
        for armed in self._armed.values():
            strikes = armed.strikes(asked)
            if strikes and picked is None:
                picked = armed.fault
                armed.fired += 1
        return picked

    def due(self) -> tuple[Fault, ...]:
        """Return the faults that have to shut addresses now, each only once."""
        if not self._armed:
            return ()
        due = [armed for armed in self._armed.values() if armed.is_due()]
        for armed in due:
            armed.fired = 1
        return tuple(armed.fault for armed in due)

    def standing(self, now: datetime) -> tuple[Standing, ...]:
        """Return how every armed fault stands, in the order of arming."""
        return tuple(
            Standing(
                number=armed.number,
                fault=armed.fault,
                armed_at=armed.at,
                seen=armed.seen,
                fired=armed.fired,
                is_over=armed.is_over(now),
            )
            for armed in self._armed.values()
        )

    def disarm(self, number: int | None = None) -> tuple[Fault, ...]:
        """
        Forget the fault of that *number*, or all; return those that never fired.

        Raises:
            KeyError: No armed fault has that number.
        """
        gone = list(self._armed) if number is None else [number]
        forgotten = [self._armed.pop(one) for one in gone]
        return tuple(armed.fault for armed in forgotten if not armed.fired)
