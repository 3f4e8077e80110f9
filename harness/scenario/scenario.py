"""
What a scenario says: stimulus only. What must hold is the rules' business.

Keys are camelCase in YAML. Times are spans (``3m``) or instants (RFC 3339).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec

from harness.domain.certificate import Certificate
from harness.domain.instant import in_calendar
from harness.domain.span import Span
from mock_server import Fault, World

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
ServerName = Literal["main", "standby"]
#: The certificate of all servers, or of each; one that is left out speaks plain http.
Tls = Certificate | dict[ServerName, Certificate]

#: Where virtual time begins if a scenario does not say: 30 s into a slot.
DEFAULT_BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
FIRST_DEVICE = "a"


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
):
    """Base of the parts of a scenario: a key that no part knows is refused."""


class DeviceStep(Part, frozen=True, kw_only=True):
    """A step of one device; the first one, ``a``, unless another is named."""

    device: str = FIRST_DEVICE


class Start(DeviceStep, frozen=True, kw_only=True):
    """
    Start the SDK on a device: a session begins.

    What is set here overrides the scenario's configuration, on this device and from
    now on; ``""`` takes a setting back.

    Attributes:
        new_address: The servers have moved: the application gives other URLs.
        tls: Of a new address: as the scenario's, and in place of it.
        twin: Another process, on the cache of this device, that is started at the same
            moment; from then on it is a device to be named, but for its cache.
    """

    handshake_code: str | None = None
    organization_id: str | None = None
    session_password: str | None = None
    product_keys: str | None = None
    time_zone: str | None = None
    new_address: bool = False
    tls: Tls | None = None
    twin: str | None = None


class Operate(DeviceStep, frozen=True, kw_only=True):
    """
    Do tracked actions.

    Attributes:
        type: Which of the product's types of usage, by position.
        count: Results that come out of one action.
        success: Whether the action succeeds.
        times, every: So many actions, so far apart.
        content: Decoded text, which must never be seen on the wire.
    """

    type: Literal["first", "second", "third"] = "first"
    count: Count = 1
    success: bool = True
    times: Count = 1
    every: Span | None = None
    content: str | None = None


class Stop(DeviceStep, frozen=True, kw_only=True):
    """End the session as an application shutting down would."""


class Crash(DeviceStep, frozen=True, kw_only=True):
    """
    Kill the SDK's process: now, or while one of its messages is under way.

    Attributes:
        during: Kind of that message; the process lives on until it has come.
        nth: Which of them, from 1.
        at: How far it has come: ``connected``: no more than that; ``sent``: the server
            has read it; ``stored``: the server has processed it, and has not answered.
    """

    during: Literal["authorization", "usage"] | None = None
    nth: Count | None = None
    at: Literal["connected", "sent", "stored"] | None = None


class Wipe(DeviceStep, frozen=True, kw_only=True):
    """Remove the device's cache; the session has to be over."""


class SetClock(DeviceStep, frozen=True, kw_only=True):
    """The user sets the device's clock, *forward* or *back* from what it shows."""

    forward: Span | None = None
    back: Span | None = None


class Server(Part, frozen=True, kw_only=True):
    """Turn servers ``up`` or ``down``: connections to one that is down are refused."""

    main: Literal["up", "down"] | None = None
    standby: Literal["up", "down"] | None = None


class Calm(Part, frozen=True, kw_only=True):
    """Disarm all faults."""


class Repeat(Part, frozen=True, kw_only=True):
    """Carry out *steps* so many times."""

    times: Count
    steps: tuple["Step", ...]


class Step(Part, frozen=True, kw_only=True):
    """
    One step: exactly one of these.

    *advance* lets a span of time pass, *until* lets time pass up to an instant; timers
    of the sessions that live fire on the way.
    """

    start: Start | None = None
    operate: Operate | None = None
    stop: Stop | None = None
    crash: Crash | None = None
    wipe: Wipe | None = None
    advance: Span | None = None
    until: Instant | None = None
    set_clock: SetClock | None = None
    fault: Fault | None = None
    calm: Calm | None = None
    server: Server | None = None
    repeat: Repeat | None = None

    def __post_init__(self) -> None:
        """Bring the time to UTC, whatever its offset."""
        if self.until is not None:
            until = in_calendar(self.until).astimezone(UTC)
            msgspec.structs.force_setattr(self, "until", until)

    @property
    def name(self) -> str | None:
        """Its kind as the file writes it; ``None`` where it is not exactly one."""
        values = msgspec.structs.astuple(self)
        names = zip(self.__struct_encode_fields__, values, strict=True)
        named = [name for name, value in names if value is not None]
        return named[0] if len(named) == 1 else None


class Setting(Part, frozen=True, kw_only=True):
    """What the application tells the SDK; ``None``: it does not set it."""

    handshake_code: str | None = "200001-demo"
    organization_id: str | None = None
    session_password: str | None = None
    product_keys: str | None = None
    time_zone: str | None = None


class Scenario(Part, frozen=True, kw_only=True):
    """
    A story to be played: who, where, what happens.

    Attributes:
        summary: What it is about, in a sentence.
        generations: Those in which it makes sense.
        requires: Capabilities that an SDK must have for it.
        exercises: Rules whose premise occurs in it, with any conforming SDK.
        servers: Which servers there are.
        prefix: Path in the servers' URLs.
        tls: The certificates of servers that are met by https.
        world: What the mock server knows; by default one organization with two codes.
        begin: Where virtual time begins.
        settle: Whether each device has a last session in which everything works.
    """

    summary: str
    exercises: tuple[str, ...]
    steps: tuple[Step, ...]
    generations: tuple[Literal["lts", "dls"], ...] = ("lts", "dls")
    requires: tuple[str, ...] = ()
    servers: tuple[ServerName, ...] = ("main",)
    prefix: str = ""
    tls: Tls | None = None
    world: World | None = None
    configuration: Setting = Setting()
    begin: Instant = DEFAULT_BEGIN
    settle: bool = True

    def __post_init__(self) -> None:
        """Bring the time to UTC, whatever its offset."""
        begin = in_calendar(self.begin).astimezone(UTC)
        msgspec.structs.force_setattr(self, "begin", begin)

    @property
    def span(self) -> timedelta:
        """
        How much time passes in it, but for what ``until`` says.

        Raises:
            OverflowError: More than can be told.
        """
        return _span_of(self.steps)

    @property
    def operations(self) -> int:
        """How many tracked actions it asks for: how long it takes, roughly."""
        return sum(step.operate.times for step in _in_turn(self.steps) if step.operate)

    @property
    def crashes(self) -> int:
        """How many times it kills the SDK's process, each of which costs a new one."""
        return sum(step.crash is not None for step in _in_turn(self.steps))


def _span_of(steps: tuple[Step, ...]) -> timedelta:
    passed = timedelta()
    for step in steps:
        clock = step.set_clock
        passed += step.advance or timedelta()
        passed += (clock and (clock.forward or clock.back)) or timedelta()
        if step.repeat is not None:
            passed += _span_of(step.repeat.steps) * step.repeat.times
    return passed


def _in_turn(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield the steps as they are carried out, the repeated ones as often as they are."""
    for step in steps:
        if step.repeat is None:
            yield step
            continue
        for _ in range(step.repeat.times):
            yield from _in_turn(step.repeat.steps)


def certificate_of(server: ServerName, tls: Tls | None) -> Certificate | None:
    """Return the certificate that *server* shows; ``None``: it speaks plain http."""
    return tls.get(server) if isinstance(tls, dict) else tls
