"""An HTTP answer, before it meets a connection."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

_PHRASES = {one.value: one.phrase for one in HTTPStatus}


class Page(msgspec.Struct, frozen=True, gc=False):
    """An HTTP answer, but for what depends on the connection."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}


class Manner(msgspec.Struct, frozen=True, gc=False):
    """
    How one answer has to be written.

    Attributes:
        url: What the request asked for, in full.
        is_last: Whether the connection ends with a proper answer.
        is_http_1_1: Whether connections stay open unless somebody says otherwise.
        is_head: Whether the answer's body is left out.
        headers: What every answer carries.
    """

    is_last: bool
    url: str = ""
    is_http_1_1: bool = True
    is_head: bool = False
    headers: Mapping[str, str] = {}


def render_page(page: Page, manner: Manner) -> bytes:
    """Return all of *page* as it goes on the wire."""
    return render_head(page, manner) + (b"" if manner.is_head else page.body)


def render_head(page: Page, manner: Manner, framing: str = "") -> bytes:
    """Return the head; *framing* is the header that replaces the right Content-Length."""
    headers = {**manner.headers, **page.headers}
    if page.content_type:
        headers["Content-Type"] = page.content_type
    if not framing and page.status != HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(page.body))
    if manner.is_last == manner.is_http_1_1:
        headers["Connection"] = "close" if manner.is_last else "keep-alive"
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    framing = f"{framing}\r\n" if framing else ""
    phrase = _PHRASES.get(page.status, "Status")
    head = f"HTTP/1.1 {page.status} {phrase}\r\n{lines}{framing}\r\n"
    # What came in a request's header may come back in one, UTF-8 or not.
    return head.encode(errors="surrogateescape")
