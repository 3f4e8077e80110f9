"""
The driver contract, version 1: what each method takes and what it answers.

These types are the contract's schema. Names and shapes are fixed, since drivers that
nobody here wrote are run against them. Params are always sent whole, with ``null``
where nothing is set. Results may hold more than is asked for; it is ignored.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, get_args

import msgspec

from harness.domain.instant import render_instant
from harness.domain.recording import SdkError
from harness.drivers.complaint import Complaint, complaint_about, quote

#: The version of the contract that is written down here.
CONTRACT = 1

Capability = Literal[
    "organization-id",
    "session-password",
    "standby-server",
    "product-keys",
    "offline-licence",
    "restart-in-process",
    "next-timer",
    "video-deduplication",
    "hardware-uuid",
    "device-alias",
    "time-zone",
    "shared-cache",
]
ProductName = Literal["dbr", "dlr", "dce", "dwt"]
GenerationName = Literal["lts", "dls"]
ClockMode = Literal["injected", "preload", "faketime", "scaled", "browser", "real"]

#: Every capability that a driver may claim.
CAPABILITIES: tuple[str, ...] = get_args(Capability)
#: Every clock mode that a driver may name.
CLOCK_MODES: tuple[str, ...] = get_args(ClockMode)
#: The values that are allowed where the contract has a closed list of them.
KNOWN: dict[str, tuple[Any, ...]] = {
    "contract": (CONTRACT,),
    "product": get_args(ProductName),
    "generation": get_args(GenerationName),
    "clock": CLOCK_MODES,
    "capabilities": CAPABILITIES,
}

_MILLISECOND = timedelta(milliseconds=1)


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of everything that is asked of a driver or answered by it."""


class Describe(Message, frozen=True, kw_only=True):
    """Tell which SDK you drive, and what it can do."""


class Start(Message, frozen=True, kw_only=True):
    """Initialise the SDK as an application would; null is: not set by it."""

    now: datetime
    cache_dir: str
    servers: tuple[str, ...]
    handshake_code: str | None = None
    organization_id: str | None = None
    session_password: str | None = None
    product_keys: str | None = None
    time_zone: str | None = None
    ca_file: str | None = None


class Operate(Message, frozen=True, kw_only=True):
    """Do one tracked action, out of which *count* results of *type* come."""

    now: datetime
    kind: str
    type: str
    count: int
    success: bool
    content: str | None = None


class Advance(Message, frozen=True, kw_only=True):
    """Move the SDK's clock forward to *to*; due timers fire at their own times."""

    to: datetime


class SetClock(Message, frozen=True, kw_only=True):
    """The user changed the device's clock to *to*; no time has passed."""

    to: datetime


class Stop(Message, frozen=True, kw_only=True):
    """End the session as an application shutting down would."""


class SdkNamed(Message, frozen=True, kw_only=True):
    """The SDK by name, version and programming language."""

    name: str
    version: str
    language: str


class Description(Message, frozen=True, kw_only=True):
    """Which SDK a driver drives, and what it can do."""

    contract: Literal[1]
    sdk: SdkNamed
    product: ProductName
    generation: GenerationName
    clock: ClockMode
    capabilities: tuple[Capability, ...]


def with_clock(description: Description, mode: str) -> Description:
    """Return *description* with *mode* for its clock, as the SDK's file may order."""
    return msgspec.structs.replace(description, clock=mode)


class Ticked(Message, frozen=True, kw_only=True):
    """When the SDK's next timer is due; null: none is set, or it is not known."""

    next_timer: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    def __post_init__(self) -> None:
        """Bring the time to UTC and, upwards, to the milliseconds that we write."""
        due = self.next_timer
        if due is None or (due.tzinfo is UTC and due.microsecond % 1000 == 0):
            return
        try:
            # Rounded down, we would advance to just before the timer, for ever.
            utc = due.astimezone(UTC)
            utc += -timedelta(microseconds=utc.microsecond) % _MILLISECOND
        except OverflowError as error:
            # Worded as msgspec words a time that it cannot read.
            wording = "Invalid RFC3339 encoded datetime - at `$.nextTimer`"
            raise ValueError(wording) from error
        msgspec.structs.force_setattr(self, "next_timer", utc)


class Started(Ticked, frozen=True, kw_only=True):
    """Whether the SDK is authorised, or what it told its caller instead."""

    authorized: bool
    error: SdkError | None = None


class Operated(Ticked, frozen=True, kw_only=True):
    """Whether the SDK agreed to work, or what it told its caller instead."""

    performed: bool
    error: SdkError | None = None


class Stopped(Message, frozen=True, kw_only=True):
    """The session has ended; there is nothing to tell."""


@dataclass(frozen=True)
class Method[P: Message, R: Message]:
    """
    One method of the contract.

    Attributes:
        name: As it stands in a request.
        params: The type of what it takes.
        result: The type of what it answers.
        shape: What it answers, for the reader of a blame.
    """

    name: str
    params: type[P]
    result: type[R]
    shape: str


_TIMER = '"nextTimer": time | null'
_ERROR = '"error": {"code": int, "message": str} | null'

DESCRIBE = Method(
    "describe",
    Describe,
    Description,
    '{"contract": 1, "sdk": {"name": str, "version": str, "language": str}, '
    '"product": str, "generation": str, "clock": str, "capabilities": [str, ...]}',
)
START = Method("start", Start, Started, f'{{"authorized": bool, {_ERROR}, {_TIMER}}}')
OPERATE = Method("operate", Operate, Operated, f'{{"performed": bool, {_ERROR}, {_TIMER}}}')
ADVANCE = Method("advance", Advance, Ticked, f"{{{_TIMER}}}")
SET_CLOCK = Method("set_clock", SetClock, Ticked, f"{{{_TIMER}}}")
STOP = Method("stop", Stop, Stopped, "{}")

#: Every method of the contract, by name.
METHODS: dict[str, Method[Any, Any]] = {
    method.name: method for method in (DESCRIBE, START, OPERATE, ADVANCE, SET_CLOCK, STOP)
}


def render_params(params: Message) -> dict[str, Any]:
    """Return *params* as plain values under their written names, every field of them."""
    names = params.__struct_encode_fields__
    return dict(zip(names, map(_plain, msgspec.structs.astuple(params)), strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return render_instant(value)
    return list(value) if isinstance(value, tuple) else value


def read_result[R: Message](value: object, method: Method[Any, R]) -> R:
    """
    Return the plain *value* as the result of *method*.

    Raises:
        Complaint: It does not fit.
    """
    if not isinstance(value, dict):
        raise Complaint(f"an object {method.shape}", quote(value))
    try:
        return msgspec.convert(value, method.result)
    except msgspec.ValidationError as error:
        complaint = complaint_about(error, value, KNOWN)
        complaint.way_out = f"{method.name} answers {method.shape}"
        raise complaint from error


def schemas() -> dict[str, Any]:
    """Return a JSON Schema for every message: ``start.params``, ``start.result``, ..."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        f"{name}.{part}": draft | msgspec.json.schema(of)
        for name, method in METHODS.items()
        for part, of in (("params", method.params), ("result", method.result))
    }
