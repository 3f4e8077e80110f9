"""
The events that make up a recording, in the order in which they happened.

A recording is a text file of one JSON object a line (JSONL). The first is
`RecordingOpened`, the last `RecordingClosed`: a recording without that end was cut
off. An *entry* is the position of an event in its file, counted from 0. ``at`` is the
harness's virtual time; a device whose clock was set shows another (`ClockSet`).
"""

from datetime import datetime

import msgspec

from harness.domain.certificate import BadCertificate
from harness.domain.evidence import EVERYTHING, Evidence
from harness.domain.message import Answer, Request
from harness.domain.number import Whole

SCHEMA = "dlscheck-recording/1"


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    tag_field="event",
    gc=False,
):
    """Base of all events; *at* is when it happened, in virtual time."""

    at: datetime


class Sdk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which SDK was driven."""

    name: str
    version: str
    product: str
    generation: str
    language: str | None = None


class Configuration(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """
    What the application told the SDK; ``None`` is: not set.

    Attributes:
        cache: The device whose cache it uses, where that is another one's.
    """

    servers: tuple[str, ...]
    handshake_code: str | None = None
    organization_id: str | None = None
    session_password: str | None = None
    product_keys: str | None = None
    time_zone: str | None = None
    cache: str | None = None


class SdkError(msgspec.Struct, frozen=True, kw_only=True):
    """An error as the SDK told it to its caller."""

    code: Whole
    message: str = ""


class RecordingOpened(Event, frozen=True, kw_only=True, tag="recording-opened"):
    """
    The head of a recording: what was recorded, and how.

    Attributes:
        told: Of a capture: what its inspector says that the SDK was told.
        device: Of a capture: the one device that all of it comes from, if its inspector
            says so.
        reads: What its wire profile decodes: ``authorization`` and ``usage`` requests,
            and the ``answer`` to either.
    """

    schema: str
    dlscheck: str
    source: str
    case: str
    sdk: Sdk
    clock: str
    wire: str
    capabilities: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = EVERYTHING
    seed: Whole | None = None
    told: Configuration | None = None
    device: str | None = None
    reads: tuple[str, ...] = ("authorization", "answer", "usage")


class StartCalled(Event, frozen=True, kw_only=True, tag="start-called"):
    """
    The application starts the SDK: a session begins.

    Attributes:
        settling: It is the player's own.
        bad_certificates: What is wrong with the certificates of https servers, by URL.
    """

    device: str
    configuration: Configuration
    settling: bool = False
    bad_certificates: dict[str, BadCertificate] = {}


class StartAnswered(Event, frozen=True, kw_only=True, tag="start-answered"):
    """The SDK tells its caller how the start went."""

    device: str
    authorized: bool
    error: SdkError | None = None


class OperationCalled(Event, frozen=True, kw_only=True, tag="operation-called"):
    """
    One tracked action is asked of the SDK.

    Attributes:
        count: Results of *type* that come, or would have come, out of it.
        success: Whether the action itself succeeds; set by the scenario.
        content: Decoded text, which must never be seen on the wire.
    """

    device: str
    kind: str
    type: str
    count: Whole
    success: bool
    content: str | None = None


class OperationAnswered(Event, frozen=True, kw_only=True, tag="operation-answered"):
    """The SDK tells its caller whether it agreed to work."""

    device: str
    performed: bool
    error: SdkError | None = None


class ClockSet(Event, frozen=True, kw_only=True, tag="clock-set"):
    """The user set the device's clock; it shows *to* from now on."""

    device: str
    to: datetime


class SessionStopped(Event, frozen=True, kw_only=True, tag="session-stopped"):
    """The application shut the SDK down."""

    device: str


class SessionCrashed(Event, frozen=True, kw_only=True, tag="session-crashed"):
    """The SDK's process was killed."""

    device: str


class DeviceWiped(Event, frozen=True, kw_only=True, tag="device-wiped"):
    """The device's cache was removed, identity and unsent usage with it."""

    device: str


class ServerTurned(Event, frozen=True, kw_only=True, tag="server-turned"):
    """A server went down (connections are refused) or came up again."""

    server: str
    up: bool


class Delivery(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """
    What really went on the wire in answer to one request.

    Attributes:
        request_bytes: Size of the request's body.
        answer_bytes: Bytes written in answer, head and body.
        closing: ``kept-open``, ``closed``, ``reset``, or ``by-client`` where the
            client left before the answer was out.
    """

    request_bytes: Whole = 0
    answer_bytes: Whole = 0
    closing: str = "kept-open"


class Exchange(Event, frozen=True, kw_only=True, tag="exchange"):
    """
    One request that reached a server, and what came of it.

    Attributes:
        device: The device whose server address was used, where that is known.
        server: ``main`` or ``standby``.
        base: URL of the server as the SDK was given it, where that is known.
        kind: Kind of message by its path: ``authorization``, ``usage`` or ``None``.
        request: The decoded message; ``None``: not decodable, see *problem*.
        body: The beginning of the request's body, as text.
        raw_body: The same in base64, where it is no text in UTF-8.
        digest: Digest of the request's body; equal bodies have equal digests.
        received: Whether the server took the request in at all.
        stored: Whether the server stored what it carried; ``None``: unknown.
        status: HTTP status that was sent, if any.
        answer: The answer, if one was sent whole and well-formed to the client.
        fault: The fault that was carried out on this exchange.
        is_answer_known: Whether the answer, if one came, was captured at all.
        answered_at: Of a capture: when the answer had come, or none was to come.
        connection: Of a capture: the connection or page that it belongs to.
    """

    device: str | None = None
    server: str = "main"
    base: str | None = None
    method: str
    path: str
    kind: str | None = None
    request: Request | None = None
    problem: str | None = None
    body: str | None = None
    raw_body: str | None = None
    digest: str = ""
    received: bool = True
    stored: bool | None = None
    status: Whole | None = None
    answer: Answer | None = None
    fault: str | None = None
    delivery: Delivery = Delivery()
    is_answer_known: bool = True
    answered_at: datetime | None = None
    connection: str | None = None

    @property
    def over_at(self) -> datetime:
        """When it was over, as far as that is known."""
        return self.answered_at or self.at


class FaultNeverFired(Event, frozen=True, kw_only=True, tag="fault-never-fired"):
    """A fault was armed and nothing came by that it could strike."""

    fault: str


class DriverLogged(Event, frozen=True, kw_only=True, tag="driver-logged"):
    """Lines that the driver wrote to its standard error."""

    device: str
    text: str


class DriverFailed(Event, frozen=True, kw_only=True, tag="driver-failed"):
    """The driver broke its contract; the recording ends here."""

    device: str
    blame: str


class RecordingClosed(Event, frozen=True, kw_only=True, tag="recording-closed"):
    """The recording is whole. *settled*: every device had its settling session."""

    settled: bool


AnyEvent = (
    RecordingOpened
    | StartCalled
    | StartAnswered
    | OperationCalled
    | OperationAnswered
    | ClockSet
    | SessionStopped
    | SessionCrashed
    | DeviceWiped
    | ServerTurned
    | Exchange
    | FaultNeverFired
    | DriverLogged
    | DriverFailed
    | RecordingClosed
)
