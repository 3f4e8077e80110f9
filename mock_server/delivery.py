"""
What goes on the wire: an answer, or what a fault makes of it.

``close-before-reading`` reads the request all the same, so that the event can tell what
was in it; the client gets the RST that closing a socket with unread bytes would send.
It can tell the two apart only by a body that no socket buffer holds.
"""

import asyncio
from datetime import timedelta
from functools import lru_cache

import msgspec

from harness.domain.clock import Clock
from harness.domain.recording import Delivery
from mock_server.connection import Connection
from mock_server.cors import FOR_ANYBODY, cors_headers, preflight_headers
from mock_server.faults import Fault
from mock_server.faults.script import Finish, Hold, Pause, Reset, Send, script_of
from mock_server.head import Head
from mock_server.page import Manner, Page, render_head, render_page

#: How long a pause waits, in real time, for a clock that stands still.
_FOR_A_CLOCK_THAT_STANDS = timedelta(milliseconds=100)
#: And for one that goes.
_FOR_A_CLOCK_THAT_GOES = timedelta(seconds=30)
_POLL_SECONDS = 0.005

#: How most answers are written.
_PLAIN = Manner(is_last=False, headers=FOR_ANYBODY)


class Exit(msgspec.Struct, frozen=True, gc=False):
    """The way out of one exchange: where the request came from, and how to write there."""

    connection: Connection
    manner: Manner


class Outcome(msgspec.Struct, frozen=True, gc=False):
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


def exit_of(
    connection: Connection, head: Head, *, is_last: bool = False, url: str = ""
) -> Exit:
    """
    Return the way out for the answer to the request with that *head*.

    *is_last*: whether the connection ends in any case; *url*: see `Manner`.
    """
    if not is_last and not url and _is_plain(head):
        return Exit(connection, _PLAIN)
    headers = cors_headers(head.headers)
    if head.method == "OPTIONS":
        headers |= preflight_headers(head.headers)
    manner = Manner(
        url=url,
        is_last=is_last or head.is_last,
        is_http_1_1=head.is_http_1_1,
        is_head=head.method == "HEAD",
        headers=headers,
    )
    return Exit(connection, manner)


def _is_plain(head: Head) -> bool:
    """Tell whether the answer is to be written as most are."""
    is_staying = head.is_http_1_1 and not head.is_last
    return is_staying and head.method in ("POST", "GET") and "Origin" not in head.headers


async def deliver(out: Exit, page: Page, fault: Fault, clock: Clock) -> Outcome:
    """Do what *fault* makes of *page*."""
    script = script_of(fault, page, out.manner)
    sent, closing = 0, "kept-open"
    for act in script.acts:
        if out.connection.is_gone:
            return _gone(out, sent, script.status)
        if isinstance(act, Send):
            if not out.connection.send(act.data):
                return _gone(out, sent, script.status)
            sent += len(act.data)
        else:
            closing = await _perform(out.connection, act, clock)
    return Outcome(script.status, script.is_whole, sent, closing)


def send_page(out: Exit, page: Page) -> Outcome:
    """Answer with *page*."""
    data = _rendered(page, out.manner)
    if not out.connection.send(data):
        return _gone(out)
    if out.manner.is_last:
        out.connection.finish()
    closing = "closed" if out.manner.is_last else "kept-open"
    return Outcome(page.status, True, len(data), closing)


def _rendered(page: Page, manner: Manner) -> bytes:
    if manner is _PLAIN and not page.headers:
        return _plain_head(page.status, page.content_type, len(page.body)) + page.body
    return render_page(page, manner)


@lru_cache(maxsize=1024)
def _plain_head(status: int, content_type: str, size: int) -> bytes:
    """Return the head of a page whose body has *size* bytes; few of them differ."""
    return render_head(Page(status, bytes(size), content_type), _PLAIN)


async def pause(connection: Connection, wanted: Pause, clock: Clock) -> None:
    """
    Wait until *clock* shows so much later, the client leaves, or it takes too long.

    A clock that has not moved for a while stands still: nobody waits for it.
    """
    loop = asyncio.get_running_loop()
    began, since = loop.time(), clock.now()
    while not connection.lost.done() and clock.now() - since < wanted.by:
        longest = wanted.at_most
        if longest is None:
            stands = clock.now() == since
            longest = _FOR_A_CLOCK_THAT_STANDS if stands else _FOR_A_CLOCK_THAT_GOES
            longest /= wanted.pieces
        if loop.time() - began >= longest.total_seconds():
            return
        await asyncio.wait((connection.lost,), timeout=_POLL_SECONDS)


async def _perform(
    connection: Connection, act: Pause | Hold | Finish | Reset, clock: Clock
) -> str:
    """Carry *act* out, and return how the connection ended by it, if it did."""
    match act:
        case Pause():
            await pause(connection, act, clock)
        case Hold(until):
            await asyncio.wait((connection.lost,), timeout=until.total_seconds())
        case Finish():
            connection.finish()
            return "closed"
        case Reset():
            connection.reset()
            return "reset"
    return "kept-open"


def _gone(out: Exit, sent: int = 0, status: int | None = None) -> Outcome:
    """The connection went before all was done."""
    closing = "closed" if out.connection.is_hung_up else "by-client"
    return Outcome(status if sent else None, answer_bytes=sent, closing=closing)
