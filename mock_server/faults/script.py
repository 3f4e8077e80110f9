"""What each damage puts on the wire in place of an answer: bytes, waits, and an end."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from msgspec import structs

from harness.domain.instant import parse_span
from mock_server.faults.damage import Damage
from mock_server.faults.fault import (
    DEFAULT_DELAY,
    DEFAULT_HOLD,
    DEFAULT_REDIRECT,
    DEFAULT_STATUS,
    Fault,
)
from mock_server.page import Manner, Page, render_head, render_page

_NOT_AN_ANSWER = Page(200, b"<html><body>It works!</body></html>", "text/html")

#: No line of it is HTTP, and no record of it is TLS.
_GARBAGE = bytes(range(256))
#: A chunk's size is hexadecimal.
_NO_SIZE = b"zz\r\n"

_UNEXPECTED = {"unexpected": {"list": [1, None, "text"], "flag": True}}

#: In how many pieces an answer dribbles.
_PIECES = 10


@dataclass(frozen=True)
class Send:
    """Write *data*."""

    data: bytes


@dataclass(frozen=True)
class Pause:
    """
    Let the mock's clock go on *by* so much.

    Attributes:
        at_most: Of real time; ``None``: whoever waits knows what is sensible.
        pieces: This is one of so many pauses that have what is sensible together.
    """

    by: timedelta
    at_most: timedelta | None = None
    pieces: int = 1


@dataclass(frozen=True)
class Hold:
    """Keep silent *until* so much real time has passed, or the client leaves."""

    until: timedelta


@dataclass(frozen=True)
class Finish:
    """Close: a FIN after what was sent."""


@dataclass(frozen=True)
class Reset:
    """Close with a RST."""


Act = Send | Pause | Hold | Finish | Reset


@dataclass(frozen=True)
class Script:
    """
    What to do on a connection.

    Attributes:
        acts: In order; the connection stays open after them if none of them ends it.
        status: The HTTP status that goes out in them, if any does.
        is_whole: Whether they are the proper answer, all of it.
    """

    acts: tuple[Act, ...]
    status: int | None = None
    is_whole: bool = False


def script_of(fault: Fault, page: Page, manner: Manner) -> Script:
    """Return what *fault* makes of the answer *page*."""
    return _SCRIPTS[fault.do](fault, page, manner)


def pause_before(fault: Fault) -> Pause | None:
    """Return how long *fault* keeps a request from being processed, if it does."""
    return _pause(fault) if fault.do == "process-late" else None


def _proper(page: Page, manner: Manner) -> Script:
    return Script((Send(render_page(page, manner)), *_end(manner)), page.status, True)


def _other(page: Page, manner: Manner) -> Script:
    """Answer with another page than the proper one."""
    return replace(_proper(page, manner), is_whole=False)


def _answer(_fault: Fault, page: Page, manner: Manner) -> Script:
    return _proper(page, manner)


def _reset(_fault: Fault, _page: Page, _manner: Manner) -> Script:
    return Script((Reset(),))


def _close(_fault: Fault, _page: Page, _manner: Manner) -> Script:
    return Script((Finish(),))


def _status(fault: Fault, _page: Page, manner: Manner) -> Script:
    wait = fault.retry_after
    headers = {} if wait is None else {"Retry-After": str(wait)}
    page = Page(fault.status or DEFAULT_STATUS, b"{}", headers=headers)
    return _other(page, manner)


def _redirect(fault: Fault, _page: Page, manner: Manner) -> Script:
    headers = {"Location": fault.location or manner.url}
    page = Page(fault.status or DEFAULT_REDIRECT, content_type="", headers=headers)
    return _other(page, manner)


def _malformed(_fault: Fault, _page: Page, manner: Manner) -> Script:
    return _other(_NOT_AN_ANSWER, manner)


def _truncated_json(_fault: Fault, page: Page, manner: Manner) -> Script:
    return _other(structs.replace(page, body=page.body[: len(page.body) // 2]), manner)


def _missing_fields(_fault: Fault, page: Page, manner: Manner) -> Script:
    return _other(structs.replace(page, body=b"{}"), manner)


def _extra_fields(_fault: Fault, page: Page, manner: Manner) -> Script:
    if not page.body:
        return _proper(page, manner)
    body = json.dumps(_extended(json.loads(page.body))).encode()
    return _proper(structs.replace(page, body=body), manner)


def _wrong_type(_fault: Fault, page: Page, manner: Manner) -> Script:
    return _proper(structs.replace(page, content_type="text/html"), manner)


def _truncated(fault: Fault, page: Page, manner: Manner) -> Script:
    size = len(page.body)
    cut = size // 2 if fault.bytes is None else fault.bytes
    head = render_head(page, manner, f"Content-Length: {max(size, cut + 1)}")
    return Script((Send(head + page.body[:cut]), Finish()), page.status)


def _bad_chunk(_fault: Fault, page: Page, manner: Manner) -> Script:
    head = render_head(page, manner, "Transfer-Encoding: chunked")
    first, rest = page.body[: len(page.body) // 2], page.body[len(page.body) // 2 :]
    chunk = f"{len(first):x}\r\n".encode() + first + b"\r\n" if first else b""
    data = head + chunk + _NO_SIZE + rest + b"\r\n"
    return Script((Send(data), Finish()), page.status)


def _garbage(_fault: Fault, _page: Page, _manner: Manner) -> Script:
    return Script((Send(_GARBAGE), Finish()))


def _hang(fault: Fault, _page: Page, _manner: Manner) -> Script:
    return Script((Hold(parse_span(fault.hold or DEFAULT_HOLD)), Finish()))


def _answer_late(fault: Fault, page: Page, manner: Manner) -> Script:
    script = _proper(page, manner)
    return replace(script, acts=(_pause(fault), *script.acts))


def _dribble(fault: Fault, page: Page, manner: Manner) -> Script:
    data = render_page(page, manner)
    size = -(-len(data) // _PIECES)
    pause = _pause(fault, _PIECES)
    acts: list[Act] = []
    for start in range(0, len(data), size):
        acts += [pause, Send(data[start : start + size])]
    return Script((*acts, *_end(manner)), page.status, True)


_SCRIPTS: dict[Damage, Callable[[Fault, Page, Manner], Script]] = {
    "close-before-reading": _reset,
    "reset": _reset,
    "lose-answer": _reset,
    "close": _close,
    "status": _status,
    "redirect": _redirect,
    "malformed": _malformed,
    "truncated-json": _truncated_json,
    "missing-fields": _missing_fields,
    "extra-fields": _extra_fields,
    "wrong-type": _wrong_type,
    "truncated": _truncated,
    "bad-chunk": _bad_chunk,
    "garbage": _garbage,
    "hang": _hang,
    "process-late": _answer,
    "answer-late": _answer_late,
    "dribble": _dribble,
    "accept-twice": _answer,
}


def _end(manner: Manner) -> tuple[Act, ...]:
    return (Finish(),) if manner.is_last else ()


def _pause(fault: Fault, pieces: int = 1) -> Pause:
    by = parse_span(fault.by or DEFAULT_DELAY) / pieces
    return Pause(by, parse_span(fault.hold) / pieces if fault.hold else None, pieces)


def _extended(value: Any) -> Any:
    """Return *value* with a field more in every object."""
    match value:
        case dict():
            return {key: _extended(inner) for key, inner in value.items()} | _UNEXPECTED
        case list():
            return [_extended(inner) for inner in value]
    return value
