"""
What goes on the wire: an answer, or the damage that a fault does.

``close-before-reading`` reads the request all the same, so that the event can tell what
was in it; the client gets the RST that closing a socket with unread bytes would send.
It can tell the two apart only by a body that no socket buffer holds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import HttpVersion11, web

from harness.domain.instant import parse_span
from harness.domain.recording import Delivery
from mock_server.connection import Connection
from mock_server.cors import cors_headers, preflight_headers
from mock_server.faults import DEFAULT_HOLD, DEFAULT_STATUS, Damage, Fault
from mock_server.service import Page

_NOT_AN_ANSWER = Page(200, b"<html><body>It works!</body></html>", "text/html")


@dataclass(frozen=True)
class Exit:
    """
    The way out of one exchange.

    Attributes:
        connection: Where the request came from.
        is_last: Whether the connection ends with a proper answer.
        is_http_1_1: Whether connections stay open unless somebody says otherwise.
        is_head: Whether the answer's body is left out.
        headers: What every answer carries.
    """

    connection: Connection
    is_last: bool
    is_http_1_1: bool = True
    is_head: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """
    What became of an answer.

    Attributes:
        status: The HTTP status that was sent, if any.
        is_whole: Whether the proper answer was written, all of it.
        answer_bytes, closing: See `harness.domain.recording.Delivery`.
    """

    status: int | None = None
    is_whole: bool = False
    answer_bytes: int = 0
    closing: str = "by-client"

    def delivery(self, request_bytes: int) -> Delivery:
        """Return this as recordings tell it."""
        return Delivery(
            request_bytes=request_bytes,
            answer_bytes=self.answer_bytes,
            closing=self.closing,
        )


def exit_of(request: web.BaseRequest, connection: Connection, *, is_last: bool) -> Exit:
    """Return the way out for the answer to *request*; *is_last* as in `Exit`."""
    headers = cors_headers(request.headers)
    if request.method == "OPTIONS":
        headers |= preflight_headers(request.headers)
    return Exit(
        connection=connection,
        is_last=is_last or not request.keep_alive,
        is_http_1_1=request.version >= HttpVersion11,
        is_head=request.method == "HEAD",
        headers=headers,
    )


async def deliver(out: Exit, page: Page, fault: Fault | None) -> Outcome:
    """Answer with *page*, or do what *fault* says."""
    if fault is None:
        return send_page(out, page)
    return await _DAMAGES[fault.do](out, page, fault)


def send_page(out: Exit, page: Page) -> Outcome:
    """Answer with *page*."""
    data = _head(out, page) + (b"" if out.is_head else page.body)
    if not out.connection.send(data):
        return _gone(out)
    if out.is_last:
        out.connection.finish()
    return Outcome(page.status, True, len(data), "closed" if out.is_last else "kept-open")


async def _reset(out: Exit, _page: Page, _fault: Fault) -> Outcome:
    if out.connection.is_gone:
        return _gone(out)
    out.connection.reset()
    return Outcome(closing="reset")


async def _close(out: Exit, _page: Page, _fault: Fault) -> Outcome:
    if out.connection.is_gone:
        return _gone(out)
    out.connection.finish()
    return Outcome(closing="closed")


async def _send_status(out: Exit, _page: Page, fault: Fault) -> Outcome:
    return _broken(send_page(out, Page(fault.status or DEFAULT_STATUS, b"{}")))


async def _send_malformed(out: Exit, _page: Page, _fault: Fault) -> Outcome:
    return _broken(send_page(out, _NOT_AN_ANSWER))


async def _send_truncated(out: Exit, page: Page, _fault: Fault) -> Outcome:
    data = _head(out, page) + page.body[: len(page.body) // 2]
    if not out.connection.send(data):
        return _gone(out)
    out.connection.finish()
    return Outcome(page.status, False, len(data), "closed")


async def _hang(out: Exit, page: Page, fault: Fault) -> Outcome:
    hold = parse_span(fault.hold or DEFAULT_HOLD).total_seconds()
    await asyncio.wait((out.connection.lost,), timeout=hold)
    return await _close(out, page, fault)


_DAMAGES: dict[Damage, Callable[[Exit, Page, Fault], Awaitable[Outcome]]] = {
    "close-before-reading": _reset,
    "reset": _reset,
    "lose-answer": _reset,
    "close": _close,
    "status": _send_status,
    "malformed": _send_malformed,
    "truncated": _send_truncated,
    "hang": _hang,
}


def _gone(out: Exit) -> Outcome:
    """The connection went before we could do anything with it."""
    return Outcome(closing="closed" if out.connection.is_hung_up else "by-client")


def _broken(outcome: Outcome) -> Outcome:
    return Outcome(outcome.status, False, outcome.answer_bytes, outcome.closing)


def _head(out: Exit, page: Page) -> bytes:
    headers = {**out.headers, **page.headers}
    if page.content_type:
        headers["Content-Type"] = page.content_type
    if page.status != HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(page.body))
    if out.is_last == out.is_http_1_1:
        headers["Connection"] = "close" if out.is_last else "keep-alive"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {page.status} {_phrase(page.status)}\r\n{lines}\r\n"
    # What came in a request's header may come back in one, UTF-8 or not.
    return head.encode(errors="surrogateescape")


def _phrase(status: int) -> str:
    known = HTTPStatus._value2member_map_.get(status)
    return known.phrase if isinstance(known, HTTPStatus) else "Status"
