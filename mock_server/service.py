"""
The licence service behind all servers of a mock: what it answers and what it stores.

Main and standby are one service here. Whatever changes what they know is an entry.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime

import msgspec

from harness.domain.message import (
    Answer,
    Grant,
    Receipt,
    Refusal,
    UsageSubmission,
)
from harness.wire.codec import Profile, Rendering
from mock_server.arrival import Arrival
from mock_server.ledger.entry import AnswerLost, AnyEntry, Confirmed, Stored
from mock_server.ledger.ledger import Ledger
from mock_server.licensing.pair import Pair
from mock_server.page import Page
from mock_server.world.world import World


class Decision(msgspec.Struct, frozen=True, gc=False):
    """
    How a request is to be answered.

    Attributes:
        answer: What *page* says in the protocol's terms; ``None``: nothing.
        entry: What the server knows afterwards, if it processes the request.
    """

    page: Page
    answer: Answer | None = None
    entry: AnyEntry | None = None


#: Done once an entry is durable.
type Durable = asyncio.Future[None]
#: Told every entry; returns when it will be durable, ``None``: it need not be.
type Keep = Callable[[AnyEntry], Durable | None]


def forget(entry: AnyEntry) -> None:
    """Keep nothing."""


class Service:
    """
    Decides what to answer, and keeps what the servers know.

    Attributes:
        pair: What they know.
        durable: Done once all entries up to now are durable; ``None``: they need not be.
    """

    def __init__(self, profile: Profile, world: World, keep: Keep = forget) -> None:
        """Begin with nothing stored."""
        self._profile = profile
        self._keep = keep
        self._grants = 0
        self.pair = Pair(world)
        self.durable: Durable | None = None

    @property
    def ledger(self) -> Ledger:
        """What clients reported, as far as the main server knows."""
        return self.pair.state().ledger

    def apply(self, entry: AnyEntry) -> int:
        """Let *entry* have happened, and return its number. All changes come by here."""
        number = self.pair.apply(entry)
        self.durable = self._keep(entry)
        return number

    def decide(self, arrival: Arrival, now: datetime, *, is_main_up: bool) -> Decision:
        """Decide on the answer to *arrival*; nothing is stored by that."""
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
        return self._serve(arrival, now, is_main_up=is_main_up)

    @property
    def keeps(self) -> bool:
        """Whether entries outlive this process."""
        return self._keep is not forget

    def store(self, decision: Decision, *, is_answered: bool = False) -> int | None:
        """
        Let *decision* have been processed, after its answer or before it.

        Return the number under which usage was stored and has to be confirmed, if any.
        """
        entry = decision.entry
        if entry is None:
            return None
        if not isinstance(entry, Stored):
            self.apply(entry)
            return None
        if is_answered:
            entry = msgspec.structs.replace(entry, answered=True)
        number = self.apply(entry)
        return None if is_answered else number

    def close(self, number: int, arrival: Arrival, at: datetime, *, is_whole: bool) -> None:
        """
        Note what became, by *at*, of the answer to what was stored as *number*.

        *is_whole*: whether all of it went out, so that the client may know.
        """
        server = arrival.server
        if is_whole:
            self.apply(Confirmed(at=at, number=number, server=server))
        else:
            self.apply(AnswerLost(at=at, number=number, server=server))

    def _serve(self, arrival: Arrival, now: datetime, *, is_main_up: bool) -> Decision:
        message = arrival.reading.message
        if message is None:
            # Closed to us: no answer of ours could be the right one.
            return Decision(Page(200, content_type=""))
        server = arrival.server
        decided = self.pair.decide(message, now, server, is_main_up=is_main_up)
        match decided.answer:
            case Receipt():
                assert isinstance(message, UsageSubmission)
                page = _page(self._profile.render_receipt(len(message.reports)))
            case Grant() as grant:
                page = self._granted(grant)
            case Refusal() as refusal:
                page = _page(self._profile.render_refusal(refusal))
        if not self._profile.grants:
            # No client can read it as what we mean: it has said nothing.
            return Decision(page)
        return Decision(page, decided.answer, decided.entry)

    def _granted(self, grant: Grant) -> Page:
        self._grants += 1
        return _page(self._profile.render_grant(grant, f"token-{self._grants}"))

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
