"""Flows as mitmproxy has them: in its files, and while they go by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from mitmproxy import http
from mitmproxy.flow import Flow as AnyFlow
from mitmproxy.io.compat import migrate_flow

from harness.capture.encoding import undone
from harness.capture.flow import MOST_STATUS, Flow, Unreadable, as_text
from harness.capture.netstring import read_netstrings
from harness.domain.instant import in_calendar

#: What is wrong with a flow is told in so many characters.
_MOST_SAID = 200


def read_mitm(file: BinaryIO) -> Iterator[Flow | Unreadable]:
    """Yield the HTTP flows of a mitmproxy file; what is cut off at its end is told."""
    position = 0
    try:
        for state in read_netstrings(file):
            flow = _flow(position, state)
            if flow is not None:
                yield flow
            position += 1
    except ValueError as error:
        yield Unreadable(position, f"{error}; the file ends here")


def _flow(position: int, state: Any) -> Flow | Unreadable | None:
    """Make a flow of *state*; ``None``: it is none of HTTP."""
    if not isinstance(state, dict):
        return Unreadable(position, "expected a flow, got another value")
    try:
        flow = AnyFlow.from_state(migrate_flow(state))
        return flow_of(position, flow) if isinstance(flow, http.HTTPFlow) else None
    except Exception as error:
        # mitmproxy believes what it reads, and fails wherever that is not so.
        said = f"{type(error).__name__}: {error}"[:_MOST_SAID]
        return Unreadable(position, f"expected a flow that mitmproxy can read; {said}")


def flow_of(position: int, flow: http.HTTPFlow) -> Flow:
    """Return what *flow* came to: its answer counts only if all of it arrived."""
    request, response = flow.request, flow.response
    at = _instant(request.timestamp_start)
    is_whole = response is not None and flow.error is None
    ended = flow.error.timestamp if flow.error else None
    if response is not None and is_whole:
        ended = response.timestamp_end or response.timestamp_start
    return Flow(
        position=position,
        at=at,
        over_at=max(at, _instant(ended)) if ended else at,
        method=as_text(request.method.upper()),
        url=as_text(request.url),
        body=_content(request) or b"",
        status=_status(response) if response is not None else None,
        answer=_content(response) if response and is_whole else None,
        connection=f"connection {as_text(flow.client_conn.id)}",
    )


def _status(response: http.Response) -> int:
    if not 0 < response.status_code <= MOST_STATUS:
        raise ValueError(f"status: expected at most {MOST_STATUS}, got a greater one")
    return response.status_code


def _content(message: http.Message) -> bytes | None:
    body = message.raw_content
    if body is None:
        return None
    return undone(body, {"content-encoding": message.headers.get("content-encoding", "")})


def _instant(timestamp: float) -> datetime:
    return in_calendar(datetime.fromtimestamp(timestamp, UTC))
