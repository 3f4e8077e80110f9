"""
The licence service behind all servers of a mock: what it answers and what it stores.

Main and standby are one service here; they share configuration and ledger.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harness.domain.message import (
    Answer,
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    UsageSubmission,
)
from harness.wire.codec import Profile, Rendering
from mock_server import licensing
from mock_server.arrival import Arrival
from mock_server.config import World
from mock_server.ledger import Ledger


@dataclass(frozen=True)
class Page:
    """An HTTP answer, but for what depends on the connection."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """
    How a request is to be answered.

    Attributes:
        answer: What *page* says in the protocol's terms; ``None``: nothing.
        to_store: What has to be stored with it.
    """

    page: Page
    answer: Answer | None = None
    to_store: UsageSubmission | None = None

    @property
    def is_positive(self) -> bool:
        """Whether the server takes in what the request carries."""
        return isinstance(self.answer, Grant | Receipt)


class Service:
    """Decides what to answer, and keeps the ledger."""

    def __init__(self, profile: Profile, world: World) -> None:
        """Begin with an empty ledger."""
        self._profile = profile
        self._world = world
        self._grants = 0
        self.ledger = Ledger(world.default_codes())

    def decide(self, arrival: Arrival, now: datetime, *, is_standing_by: bool) -> Decision:
        """
        Decide on the answer to *arrival*; nothing is stored by that.

        *is_standing_by*: it came to the standby server while the main one is up.
        """
        if arrival.method == "OPTIONS":
            return Decision(Page(204, content_type=""))
        if arrival.kind == "health":
            return self._health(arrival.method)
        if arrival.kind is None:
            return Decision(_error(404, arrival.reading.problem))
        if arrival.method != self._profile.method_of(arrival.kind):
            return self._wrong_method(arrival)
        if arrival.reading.problem is not None:
            return self._malformed(arrival.kind, arrival.reading.problem)
        if is_standing_by and self._world.standby == "refuses-while-main-works":
            return self._refused(licensing.standing_by(self._world))
        return self._serve(arrival, now)

    def store(self, decision: Decision) -> int | None:
        """Store what *decision* takes in; return the entry to be confirmed, if any."""
        if decision.to_store is None:
            return None
        return self.ledger.store(decision.to_store)

    def _serve(self, arrival: Arrival, now: datetime) -> Decision:
        match arrival.reading.message:
            case AuthorizationRequest() as request:
                totals = self.ledger.totals
                answer = licensing.decide(self._world, totals, request, now)
                if isinstance(answer, Refusal):
                    return self._refused(answer)
                return self._granted(answer)
            case UsageSubmission() as submission:
                rendering = self._profile.render_receipt(len(submission.reports))
                return Decision(_page(rendering), Receipt(), submission)
        raise AssertionError(f"nothing was read and nothing was wrong: {arrival!r}")

    def _granted(self, grant: Grant) -> Decision:
        self._grants += 1
        token = f"token-{self._grants}"
        return Decision(_page(self._profile.render_grant(grant, token)), grant)

    def _refused(self, refusal: Refusal) -> Decision:
        return Decision(_page(self._profile.render_refusal(refusal)), refusal)

    def _malformed(self, kind: str, problem: str) -> Decision:
        refusal = Refusal(text=problem)
        if kind == "authorization":
            return self._refused(refusal)
        return Decision(_page(self._profile.render_malformed_usage(problem)), refusal)

    def _wrong_method(self, arrival: Arrival) -> Decision:
        problem = arrival.reading.problem or ""
        page = _error(405, problem, self._profile.method_of(arrival.kind or "health"))
        return Decision(page, Refusal(text=problem))

    def _health(self, method: str) -> Decision:
        if method not in ("GET", "HEAD"):
            return Decision(_error(405, f"method: expected GET, got {method}", "GET"))
        return Decision(Page(200, b'{"status": "up"}'))


def _page(rendering: Rendering) -> Page:
    return Page(rendering.status, rendering.body)


def _error(status: int, message: str | None, allowed: str = "") -> Page:
    body = json.dumps({"error": {"message": message}}).encode()
    return Page(status, body, headers={"Allow": allowed} if allowed else {})
