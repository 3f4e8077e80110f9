"""Flows to exchanges: what a wire profile makes of a capture."""

from collections.abc import Sequence
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from harness.capture.flow import Flow
from harness.domain.message import Answer, Receipt
from harness.domain.recording import Delivery, Exchange
from harness.wire.codec import Profile
from harness.wire.profile import Kind

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
        return self._message(flow, url, kind, before, server)

    def _message(
        self,
        flow: Flow,
        url: SplitResult,
        kind: Kind,
        before: str,
        server: str | None,
    ) -> Exchange:
        reading = self.profile.read_request(kind, flow.body, url.query)
        expected = self.profile.method_of(kind)
        is_right = flow.method == expected
        wrong = f"method: expected {expected}, got {flow.method}"
        return Exchange(
            at=flow.at,
            server=server or "main",
            base=f"{url.scheme}://{url.netloc}{before}",
            method=flow.method,
            path=url.path[len(before) :],
            kind=kind,
            request=reading.message,
            problem=reading.problem if is_right else wrong,
            body=flow.body[:_SHOWN_BYTES].decode(errors="replace") or None,
            digest=_digest(flow, url.query),
            status=flow.status,
            answer=self._answer(flow, kind),
            is_answer_known=flow.is_answer_held,
            delivery=Delivery(
                request_bytes=len(flow.body), answer_bytes=len(flow.answer or b"")
            ),
            answered_at=flow.over_at,
            connection=flow.connection,
        )

    def _answer(self, flow: Flow, kind: Kind) -> Answer | None:
        is_closed = kind not in self.profile.reads
        if is_closed and kind == "usage" and flow.status == HTTPStatus.OK:
            return Receipt()  # by its status alone: the body says nothing to us
        if flow.status is None or flow.answer is None:
            return None
        return self.profile.read_answer(kind, flow.status, flow.answer)

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
