"""A request as it begins: all but its body."""

from collections.abc import Mapping

import msgspec
from aiohttp import HttpVersion11, web
from aiohttp.http import RawRequestMessage


class Head(msgspec.Struct, frozen=True, gc=False):
    """
    What a request says before its body.

    Attributes:
        target: The path and query as the client wrote them, as text that can be kept.
        headers: By name, in any case.
        is_http_1_1: Whether connections stay open unless somebody says otherwise.
        is_last: Whether the client wants the connection to end with the answer.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    is_http_1_1: bool = True
    is_last: bool = False


def head_of(request: web.BaseRequest) -> Head:
    """Return the head of *request*."""
    return Head(
        method=request.method,
        target=_target(request),
        headers=request.headers,
        is_http_1_1=request.version >= HttpVersion11,
        is_last=not request.keep_alive,
    )


def plain_head(message: RawRequestMessage) -> Head | None:
    """Return the head of *message*; ``None``: it is not as plain as most are."""
    target = message.path
    if not target.startswith("/") or not target.isascii() or "Expect" in message.headers:
        return None
    return Head(
        message.method,
        target,
        message.headers,
        message.version >= HttpVersion11,
        message.should_close,
    )


def _target(request: web.BaseRequest) -> str:
    target = request.raw_path
    if not target.startswith("/"):
        target = str(request.rel_url)
    if target.isascii():
        return target
    return target.encode(errors="surrogateescape").decode(errors="replace")
