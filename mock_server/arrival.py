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
from mock_server.address import Address
from mock_server.faults import Candidate
from mock_server.world.world import Server

#: How much of a body an event shows as text.
SHOWN_BYTES = 4096

_UNREAD = Reading(None, None)


class Asked(msgspec.Struct, frozen=True, gc=False):
    """
    A request as it came, before anybody has read it: all else follows from this.

    Attributes:
        address: What it came to.
        target: The path and query that the client asked for.
        damage: Why not all of the body came, if it did not.
    """

    profile: Profile
    address: Address
    method: str
    target: str
    body: bytes
    damage: str | None = None

    def path_below(self) -> str | None:
        """Return the target below the server's URL, or ``None`` if it is not below."""
        prefix = self.address.prefix
        is_below = self.target.startswith(f"{prefix}/" if prefix else "/")
        return self.target[len(prefix) :] if is_below else None

    def read(self) -> "Arrival":
        """Read it; that takes some time, and gives the same whenever it is done."""
        below = self.path_below()
        kind = self.profile.kind_of(below.partition("?")[0]) if below else None
        return Arrival(self, below or self.target, kind, self._reading(kind))

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

    def _reading(self, kind: Kind | None) -> Reading:
        if self.method == "OPTIONS":
            return _UNREAD
        if self.damage is not None:
            return Reading(None, self.damage)
        if kind is None:
            prefix = f" below {self.address.prefix}" if self.address.prefix else ""
            known = ", ".join(_paths(self.profile))
            return Reading(None, f"path: expected{prefix} {known}, got {self.target}")
        if kind == "health":
            return _UNREAD
        return self._read_message(kind)

    def _read_message(self, kind: Kind) -> Reading:
        """Read the body; a wrong method is worse than whatever is wrong with that."""
        query = self.target.partition("?")[2]
        reading = self.profile.read_request(kind, self.body, query)
        expected = self.profile.method_of(kind)
        if self.method == expected:
            return reading
        problem = f"method: expected {expected}, got {self.method}"
        return Reading(reading.message, problem)


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """
    One request as a server understood it.

    Attributes:
        path: Below the server's URL, with its query; in full where it is not below.
        kind: What the path says that this is.
        reading: The message, and the first thing that is wrong with the request.
    """

    asked: Asked
    path: str
    kind: Kind | None
    reading: Reading

    @property
    def server(self) -> Server:
        """The server that it came to."""
        return "standby" if self.asked.address.server == "standby" else "main"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.asked.method

    @property
    def url(self) -> str:
        """What was asked for, in full, where that is below the server's URL."""
        return self.asked.address.url + self.path

    @property
    def is_whole(self) -> bool:
        """Whether all of the request came."""
        return self.asked.damage is None

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

    def candidate(self, at: datetime, headers: Mapping[str, str]) -> Candidate:
        """Return this as faults look at it; it came *at* that time with *headers*."""
        path, _, query = self.path.partition("?")
        message = self.reading.message
        parts = message.reports if isinstance(message, UsageSubmission) else (message,)
        codes = {code for part in parts if (code := getattr(part, "handshake_code", None))}
        slots = {slot for part in parts if (slot := getattr(part, "time_label", None))}
        return Candidate(
            kind=self.kind if self.method != "OPTIONS" else None,
            device=self.asked.address.device,
            server=self.server,
            at=at,
            client_uuids=self.client_uuids,
            codes=codes,
            slots=slots,
            method=self.method,
            path=path,
            headers=headers,
            query=parse_qs(query, keep_blank_values=True),
        )


def _paths(profile: Profile) -> tuple[str, ...]:
    text = profile.text
    return (text.authorization.path, text.usage.path, text.health.path)
