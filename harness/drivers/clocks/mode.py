"""What a clock mode is, whatever makes time pass."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from harness.drivers.driver import GRACE, Driver
from harness.drivers.sdk_file import SdkFile


class Device(Protocol):
    """What a mode asks of a device on the stage."""

    def next_due(self) -> datetime | None:
        """Return when its SDK is to be moved on next; ``None``: whenever time ends."""
        ...

    async def advance(self, to: datetime) -> None:
        """Ask its driver to move on to *to*."""
        ...


class Servers(Protocol):
    """What a mode asks of the servers that SDKs talk to."""

    @property
    def in_flight(self) -> int:
        """How many requests have a fate that is not known yet."""
        ...

    @property
    def last_request_at(self) -> float:
        """``time.monotonic()`` of the last request seen."""
        ...

    @property
    def ports(self) -> frozenset[int]:
        """The TCP ports at which they are reached."""
        ...


class ClockMode(ABC):
    """
    One way to make time pass; it is the clock of player, mock and recording.

    Attributes:
        name: As SDK files, ``--clock`` and verdicts have it.
        is_given: The driver hands its SDK a clock; else the machine has to play along.
        is_proved: A program of ours can show whether the mode works here.
        wakes_loops_only: Of all that waits, only event loops have their time from us.
        sets_clock: A device's clock can be set while its SDK runs.
        sets_date: A story can begin at any instant; else it does at the present one.
        begins_anew: A driver that has ended one story can be used for another.
        tolerance: How far off waits may be.
        servers: Whom the SDKs talk to at present, if it is known.
    """

    name: str
    is_given = False
    is_proved = True
    wakes_loops_only = False
    sets_clock = True
    sets_date = True
    begins_anew = True
    tolerance = timedelta()

    def __init__(self) -> None:
        self.servers: Servers | None = None

    def last_seen(self) -> float:
        """Tell when a server last saw a request, by `time.monotonic`."""
        return self.servers.last_request_at if self.servers else 0.0

    def habits(self) -> str:
        """Say how SDKs waited while time passed; empty: that is not seen in this mode."""
        return ""

    @abstractmethod
    def begin(self, at: datetime) -> None:
        """Let a story begin at *at*; no driver of an earlier one is in the middle of it."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the present instant of the story."""

    @abstractmethod
    async def open(
        self, sdk_file: SdkFile, generation: str | None, grace: timedelta = GRACE
    ) -> Driver:
        """
        Start the driver of *sdk_file*, so that its time passes in this way.

        Raises:
            BadInput: It cannot be started, or not in this mode.
        """

    def check_reached(self, driver: Driver) -> None:  # noqa: B027 - mostly there is nothing to see
        """
        See that *driver*, which has answered, has its time in this way.

        Raises:
            BadInput: It has not; the text says why.
        """

    @abstractmethod
    async def pass_until(
        self,
        to: datetime,
        devices: Sequence[Device],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        """
        Let time pass up to *to*, timers firing at their own times.

        Args:
            to: Not before the present; what is due exactly then is done as well.
            devices: Whose time passes.
            settled: Waits until every request has its fate.

        Raises:
            DriverFault: A driver broke its contract.
        """
