"""Flows to exchanges: what a wire profile makes of a capture."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from harness.capture.flow import Flow
from harness.domain.message import Answer, Receipt
from harness.domain.recording import Delivery, Exchange
from harness.wire.codec import Profile

#: How much of a body an exchange shows as text.
_SHOWN_BYTES = 4096
_NAMES = ("main", "standby")


class Decoder:
    """Reads flows by one profile."""

    def __init__(self, profile: Profile, servers: Sequence[str] = ()) -> None:
        """Read by *profile*; *servers*: the main one and its standby, where known."""
        self.profile = profile
        self._servers = [server.rstrip("/") for server in servers]

    def decode(self, flow: Flow) -> Exchange | None:
        """Return the exchange that *flow* is; ``None``: it is about something else."""
        if flow.method == "OPTIONS":
            return None
        try:
            url = urlsplit(flow.url)
        except ValueError:
            return None
        origin = f"{url.scheme}://{url.netloc}"
        server, base = self._server_of(origin, url.path)
        found = self.profile.find_in(url.path)
        if found is None or found[0] == "health":
            is_ours = server is not None and not found
            return self._stray(flow, server, base, url.path) if is_ours else None
        kind, before = found
        if server is not None and origin + before != base:
            return self._stray(flow, server, base, url.path)
        reading = self.profile.read_request(kind, flow.body, url.query)
        expected = self.profile.method_of(kind)
        problem = reading.problem
        if flow.method != expected:
            problem = f"method: expected {expected}, got {flow.method}"
        answer: Answer | None = None
        is_closed = kind not in self.profile.reads
        if is_closed and kind == "usage" and flow.status == HTTPStatus.OK:
            answer = Receipt()  # by its status alone: the body says nothing to us
        elif flow.status is not None and flow.answer is not None:
            answer = self.profile.read_answer(kind, flow.status, flow.answer)
        return Exchange(
            at=flow.at,
            server=server or "main",
            base=base or origin + before,
            method=flow.method,
            path=url.path[len(before) :],
            kind=kind,
            request=reading.message,
            problem=problem,
            body=flow.body[:_SHOWN_BYTES].decode(errors="replace") or None,
            digest=_digest(flow, url.query),
            status=flow.status,
            answer=answer,
            is_answer_known=flow.is_answer_held,
            delivery=Delivery(
                request_bytes=len(flow.body), answer_bytes=len(flow.answer or b"")
            ),
            answered_at=max(flow.over_at, flow.at + timedelta()),
            connection=flow.connection,
        )

    def _server_of(self, origin: str, path: str) -> tuple[str | None, str | None]:
        """Return which of the servers that we were told of is meant, and its URL."""
        for name, server in zip(_NAMES, self._servers, strict=False):
            if f"{origin}{path}".startswith(f"{server}/"):
                return name, server
        for name, server in zip(_NAMES, self._servers, strict=False):
            if server.startswith(f"{origin}/"):
                return name, server
        return None, None

    def _stray(
        self, flow: Flow, server: str | None, base: str | None, path: str
    ) -> Exchange:
        """A request to a server of ours that is not below its URL, or no message."""
        return Exchange(
            at=flow.at,
            server=server or "main",
            base=base,
            method=flow.method,
            path=path,
            digest=_digest(flow, ""),
            status=flow.status,
            answered_at=flow.over_at,
            connection=flow.connection,
        )


def _digest(flow: Flow, query: str) -> str:
    """A digest of what the request says; where nothing is said there is none."""
    said = flow.body or query.encode()
    return sha256(said).hexdigest()[:16] if said else ""
