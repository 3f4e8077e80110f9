"""What came in, before anybody has judged it."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qs

import msgspec

from harness.domain.message import AuthorizationRequest, UsageSubmission
from harness.wire.codec import Profile, Reading
from harness.wire.profile import Kind
from mock_server.faults import Candidate

#: How much of a body an event shows as text.
SHOWN_BYTES = 4096

_UNREAD = Reading(None, None)


class Envelope(msgspec.Struct, frozen=True):
    """
    Where a request came to, and how.

    Attributes:
        device, server, base, prefix: Of the site; *base* is its URL.
        target: The path and query that the client asked for.
        headers: By name, in any case.
    """

    device: str
    server: str
    base: str
    prefix: str
    method: str
    target: str
    headers: Mapping[str, str] = {}

    def path_below(self) -> str | None:
        """Return the target below the server's URL, or ``None`` if it is not below."""
        is_below = self.target.startswith(f"{self.prefix}/")
        return self.target[len(self.prefix) :] if is_below else None


class Arrival(msgspec.Struct, frozen=True):
    """
    One request as a server got it.

    Attributes:
        device: The device whose server address was used.
        base: That address.
        path: Below the server's URL, with its query; in full where it is not below.
        kind: What the path says that this is.
        reading: The message, and the first thing that is wrong with the request.
        is_whole: Whether all of the request came.
        headers: By name, in any case.
    """

    device: str
    server: str
    base: str
    method: str
    path: str
    kind: Kind | None
    body: bytes
    reading: Reading
    is_whole: bool = True
    headers: Mapping[str, str] = {}

    @property
    def url(self) -> str:
        """What was asked for, in full, where that is below the server's URL."""
        return self.base + self.path

    @property
    def is_message(self) -> bool:
        """Whether this is an authorisation request or a submission, rightly sent or not."""
        return self.kind in ("authorization", "usage") and self.method != "OPTIONS"

    @property
    def message_kind(self) -> str | None:
        """The kind of message, as events and faults name it."""
        return self.kind if self.is_message else None

    @property
    def client_uuids(self) -> Collection[str]:
        """The client UUIDs that the message names."""
        match self.reading.message:
            case AuthorizationRequest(client_uuid=str(uuid)):
                return (uuid,)
            case UsageSubmission(reports=reports):
                return {report.client_uuid or "" for report in reports}
        return ()

    def candidate(self, at: datetime) -> Candidate:
        """Return this as faults look at it; it came *at* that time."""
        path, _, query = self.path.partition("?")
        message = self.reading.message
        parts = message.reports if isinstance(message, UsageSubmission) else (message,)
        codes = {code for part in parts if (code := getattr(part, "handshake_code", None))}
        slots = {slot for part in parts if (slot := getattr(part, "time_label", None))}
        return Candidate(
            kind=self.kind if self.method != "OPTIONS" else None,
            device=self.device,
            server=self.server,
            at=at,
            client_uuids=self.client_uuids,
            codes=codes,
            slots=slots,
            method=self.method,
            path=path,
            headers=self.headers,
            query=parse_qs(query, keep_blank_values=True),
        )

    @property
    def digest(self) -> str:
        """A digest of the body; empty bodies have none."""
        return sha256(self.body).hexdigest()[:16] if self.body else ""

    @property
    def shown_body(self) -> str | None:
        """The beginning of the body as text; empty bodies have none."""
        return self.body[:SHOWN_BYTES].decode(errors="replace") or None

    def raw_body(self, shown: str | None) -> str | None:
        """Return the beginning of the body in base64, unless *shown* is exactly that."""
        if shown is None or "\ufffd" not in shown:
            return None
        return b64encode(self.body[:SHOWN_BYTES]).decode()


def read_arrival(
    profile: Profile, envelope: Envelope, body: bytes, damage: str | None
) -> Arrival:
    """Read a request; *damage* says why not all of its body came, if it did not."""
    below = envelope.path_below()
    kind = profile.kind_of(below.partition("?")[0]) if below else None
    return Arrival(
        device=envelope.device,
        server=envelope.server,
        base=envelope.base,
        method=envelope.method,
        path=below or envelope.target,
        kind=kind,
        body=body,
        reading=_reading(profile, envelope, kind, body, damage),
        is_whole=damage is None,
        headers=envelope.headers,
    )


def _reading(
    profile: Profile,
    envelope: Envelope,
    kind: Kind | None,
    body: bytes,
    damage: str | None,
) -> Reading:
    if envelope.method == "OPTIONS":
        return _UNREAD
    if damage is not None:
        return Reading(None, damage)
    if kind is None:
        prefix = f" below {envelope.prefix}" if envelope.prefix else ""
        known = ", ".join(_paths(profile))
        return Reading(None, f"path: expected{prefix} {known}, got {envelope.target}")
    if kind == "health":
        return _UNREAD
    return _read_message(profile, kind, envelope, body)


def _paths(profile: Profile) -> tuple[str, ...]:
    text = profile.text
    return (text.authorization.path, text.usage.path, text.health.path)


def _read_message(profile: Profile, kind: Kind, envelope: Envelope, body: bytes) -> Reading:
    """Read *body*; a wrong method is worse than whatever is wrong with the body."""
    query = envelope.target.partition("?")[2]
    reading = profile.read_request(kind, body, query)
    expected, method = profile.method_of(kind), envelope.method
    if method == expected:
        return reading
    return Reading(reading.message, f"method: expected {expected}, got {method}")
