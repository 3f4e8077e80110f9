"""
What a driver is to the rest of the harness, whichever way it is reached.

Requests come one at a time. Whatever a driver does against the contract becomes a
`DriverFault`, and ends it: it answers nothing any more, and its processes are dead.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from harness.drivers import contract
from harness.drivers.complaint import Complaint
from harness.drivers.contract import Message, Method

#: A method that no contract has, to see whether a driver says so.
MADE_UP_METHOD = "dlscheck_made_up_method"

#: How long a driver may take to end when it is closed.
GRACE = timedelta(seconds=5)

_LOG_LINES = 10


@dataclass(frozen=True)
class Blame:
    """
    What a driver did against the contract.

    Attributes:
        driver: The name in the SDK's file.
        method: The method that was asked for; empty: none was at that time.
        place: Where, such as ``line 3 of its output``.
        expected: What the contract wants.
        got: What was found.
        way_out: What would mend it; may be empty.
        field: The field of the answer at fault; empty: none, or all of it.
        log: The last lines that it wrote to its standard error.
    """

    driver: str
    method: str
    place: str
    expected: str
    got: str
    way_out: str = ""
    field: str = ""
    log: str = ""

    @classmethod
    def of(cls, complaint: Complaint, **where: str) -> "Blame":
        """Say who is to blame for *complaint*, and *where* it happened."""
        return cls(
            expected=complaint.expected,
            got=complaint.got,
            way_out=complaint.way_out,
            field=complaint.field,
            **where,
        )

    def __str__(self) -> str:
        """Return the whole text, several lines."""
        during = f"in {self.method}" if self.method else "between two requests"
        lines = [
            f"driver {self.driver!r} broke its contract {during}, {self.place}",
            f"  expected  {self.expected}",
            f"  got       {self.got}",
        ]
        if self.way_out:
            lines.append(f"  way out   {self.way_out}")
        last = self.log.splitlines()[-_LOG_LINES:]
        if last:
            lines.append("  its standard error, last lines:")
            lines += [f"    | {line}" for line in last]
        return "\n".join(lines)


class DriverFault(Exception):
    """A driver broke its contract; the text says which, where, and how."""

    def __init__(self, blame: Blame) -> None:
        super().__init__(blame)
        self.blame = blame


class DriverKilled(Exception):
    """The driver was killed before it had answered."""


class Driver(ABC):
    """
    One SDK under control: its methods, each of which may raise `DriverFault`.

    Attributes:
        name: The name in the SDK's file.
        ended_by_itself: After `close`: whether the end of its input was enough.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.ended_by_itself: bool | None = None
        self._method = ""
        self._over = ""
        self._fault: DriverFault | None = None

    @property
    def fault(self) -> DriverFault | None:
        """What it did against the contract, also where no request was there to tell."""
        return self._fault

    @property
    def pid(self) -> int | None:
        """The process id of its program; ``None``: there is none, or not of our making."""
        return None

    async def describe(self) -> contract.Description:
        """Ask which SDK it is and what it can do."""
        return await self._call(contract.DESCRIBE, contract.Describe())

    async def start(self, params: contract.Start) -> contract.Started:
        """Start a session."""
        return await self._call(contract.START, params)

    async def operate(self, params: contract.Operate) -> contract.Operated:
        """Do one tracked action."""
        return await self._call(contract.OPERATE, params)

    async def advance(self, to: datetime) -> contract.Ticked:
        """Move the SDK's clock forward to *to*."""
        return await self._call(contract.ADVANCE, contract.Advance(to=to))

    async def set_clock(self, to: datetime) -> contract.Ticked:
        """Set the device's clock to *to*."""
        return await self._call(contract.SET_CLOCK, contract.SetClock(to=to))

    async def stop(self) -> None:
        """End the session."""
        await self._call(contract.STOP, contract.Stop())

    @abstractmethod
    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        """Carry out one request."""

    @abstractmethod
    async def ask_unknown(self) -> bool:
        """Ask for a made-up method; tell whether the driver says that it has none."""

    @abstractmethod
    async def kill(self) -> None:
        """
        End it without warning, as a crash would.

        A request that is under way ends in `DriverKilled`.
        """

    @abstractmethod
    async def close(self) -> None:
        """End it in good order if it will, by force if not; nothing is left running."""

    @property
    @abstractmethod
    def log(self) -> str:
        """What it wrote to its standard error so far, the last 64 KiB of it."""

    def _refuse_if_over(self) -> None:
        """Refuse a request that cannot be answered any more, or not yet."""
        if self._over:
            raise RuntimeError(f"driver {self.name!r} was {self._over}; open a new one")
        if self._method:
            raise RuntimeError(f"{self._method} is not answered yet; ask one at a time")
        if self._fault is not None:
            raise DriverFault(self._fault.blame)
