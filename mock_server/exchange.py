"""What an exchange was, as recordings tell it."""

from datetime import datetime

from harness.domain.message import Answer, Grant, Receipt
from harness.domain.recording import Exchange
from mock_server.arrival import Arrival
from mock_server.delivery import Outcome
from mock_server.faults import Fault, describe


def exchange_of(
    arrival: Arrival,
    answer: Answer | None,
    fault: Fault | None,
    outcome: Outcome,
    at: datetime,
) -> Exchange:
    """
    Return the event for a request, once all is known about it.

    *answer* is what was decided, whatever became of it on its way.
    """
    shown = arrival.shown_body
    is_received = fault is None or fault.lets_receive
    is_processed = fault is None or fault.lets_process
    return Exchange(
        at=at,
        device=arrival.device or None,
        server=arrival.server,
        base=arrival.base,
        method=arrival.method,
        path=arrival.path,
        kind=arrival.message_kind,
        request=arrival.reading.message,
        problem=arrival.reading.problem,
        body=shown,
        raw_body=arrival.raw_body(shown),
        digest=arrival.digest,
        received=is_received and arrival.is_whole,
        stored=is_processed and isinstance(answer, Grant | Receipt),
        status=outcome.status,
        answer=answer if outcome.is_whole else None,
        fault=describe(fault) if fault else None,
        delivery=outcome.delivery(len(arrival.body)),
    )


def garbage_of(
    device: str, server: str, problem: str, outcome: Outcome, at: datetime
) -> Exchange:
    """Return the event for bytes that are no HTTP request."""
    return Exchange(
        at=at,
        device=device or None,
        server=server,
        method="",
        path="",
        problem=f"no HTTP request: {problem}",
        stored=False,
        status=outcome.status,
        delivery=outcome.delivery(0),
    )
