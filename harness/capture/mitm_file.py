"""Flows as mitmproxy has them: in its files, and while they go by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from mitmproxy import http
from mitmproxy.exceptions import FlowReadException
from mitmproxy.io import FlowReader

from harness.capture.flow import Flow, Unreadable


def read_mitm(file: BinaryIO) -> Iterator[Flow | Unreadable]:
    """Yield the HTTP flows of a mitmproxy file; what is cut off at its end is told."""
    position = 0
    try:
        for flow in FlowReader(file).stream():
            if isinstance(flow, http.HTTPFlow):
                yield flow_of(position, flow)
            position += 1
    except FlowReadException as error:
        yield Unreadable(position, f"{error}; the file ends here")


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
        method=request.method.upper(),
        url=request.url,
        body=request.get_content(strict=False) or b"",
        status=response.status_code if response is not None else None,
        answer=response.get_content(strict=False) if response and is_whole else None,
        connection=f"connection {flow.client_conn.id}",
    )


def _instant(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
