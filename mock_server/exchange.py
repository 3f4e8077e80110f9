"""What an exchange was, as recordings tell it."""

from datetime import datetime

import msgspec

from harness.domain.message import Answer, Grant, Receipt
from harness.domain.recording import Exchange
from mock_server.address import Address
from mock_server.arrival import Arrival, Asked
from mock_server.delivery import Outcome
from mock_server.faults import Fault, describe


class Trace(msgspec.Struct, frozen=True, gc=False):
    """
    What is left of an exchange: enough to tell all of it, if somebody asks.

    Most are forgotten before anybody does. So it holds the bytes that came rather than
    what they meant: one block of memory, where a message is dozens.

    Attributes:
        kind: Kind of message; ``None``: none.
        at: When all was over.
        answer: What was decided, whatever became of it on its way.
    """

    asked: Asked
    kind: str | None
    at: datetime
    answer: Answer | None
    fault: Fault | None
    outcome: Outcome

    def exchange(self) -> Exchange:
        """Return the event."""
        return exchange_of(self, self.asked.read())


def exchange_of(trace: Trace, arrival: Arrival) -> Exchange:
    """Return the event for a request that was read as *arrival*."""
    asked, fault, outcome = trace.asked, trace.fault, trace.outcome
    shown = asked.shown_body
    is_received = fault is None or fault.lets_receive
    is_processed = fault is None or fault.lets_process
    return Exchange(
        at=trace.at,
        device=asked.address.device or None,
        server=asked.address.server,
        base=asked.address.url,
        method=asked.method,
        path=arrival.path,
        kind=trace.kind,
        request=arrival.reading.message,
        problem=arrival.reading.problem,
        body=shown,
        raw_body=asked.raw_body(shown),
        digest=asked.digest,
        received=is_received and arrival.is_whole,
        stored=is_processed and isinstance(trace.answer, Grant | Receipt),
        status=outcome.status,
        answer=trace.answer if outcome.is_whole else None,
        fault=describe(fault) if fault else None,
        delivery=outcome.delivery(len(asked.body)),
    )


def garbage_of(address: Address, problem: str, outcome: Outcome, at: datetime) -> Exchange:
    """Return the event for bytes that are no HTTP request."""
    return Exchange(
        at=at,
        device=address.device or None,
        server=address.server,
        method="",
        path="",
        problem=f"no HTTP request: {problem}",
        stored=False,
        status=outcome.status,
        delivery=outcome.delivery(0),
    )
