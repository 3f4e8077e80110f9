"""HAR files, as browsers, mitmproxy, Charles, Proxyman and others write them."""

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from urllib.parse import urlencode

from harness.capture.encoding import undone
from harness.capture.flow import MOST_STATUS, Flow, Unreadable, as_text
from harness.capture.har_stream import HarStream
from harness.domain.instant import in_calendar
from harness.wire.packing import shortened

#: What is wrong with an entry is told in so many characters.
_MOST_SAID = 200

_MILLISECOND = timedelta(milliseconds=1)
#: In milliseconds; a greater number is no duration.
_LONGEST = 1e10


def read_har(file: BinaryIO) -> Iterator[Flow | Unreadable]:
    """
    Yield the flows of a HAR file in the order in which they stand there.

    Raises:
        ValueError: There is no list of entries in it.
    """
    for position, entry in enumerate(HarStream(file).entries()):
        if isinstance(entry, str):
            yield Unreadable(position, entry)
            continue
        try:
            yield _flow(position, entry)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            yield Unreadable(position, _said(error))


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"expected the key {error.args[0]!r}, and it has none"
    return str(error)[:_MOST_SAID] or type(error).__name__


def _flow(position: int, entry: dict[str, Any]) -> Flow:
    request, response = entry["request"], entry.get("response") or {}
    at = _instant(entry["startedDateTime"])
    status = response.get("status") or 0
    # Tools write 0, -1 or nothing where no answer came; some keep the cause beside it.
    is_answered = isinstance(status, int) and status > 0
    if is_answered and status > MOST_STATUS:
        expected = "expected one of three digits"
        raise ValueError(f"status: {expected}, got a number beyond {MOST_STATUS}")
    answer = _answer(response) if is_answered else None
    page = entry.get("pageref")
    return Flow(
        position=position,
        at=at,
        over_at=at + _duration(entry),
        method=_text(request, "method").upper(),
        url=_text(request, "url"),
        body=_body(request),
        status=status if is_answered else None,
        answer=answer,
        is_answer_held=answer is not None or not is_answered,
        connection=f"page {as_text(page)}" if isinstance(page, str) and page else None,
    )


def _text(request: dict[str, Any], name: str) -> str:
    value = request[name]
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected a string, got {shortened(value)}")
    return as_text(value)


def _instant(written: Any) -> datetime:
    """Read a time, as ISO 8601 in whatever form; without a zone it is UTC."""
    try:
        read = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        got = shortened(written)
        raise ValueError(f"startedDateTime: expected a time, got {got}") from None
    return in_calendar((read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC))


def _duration(entry: dict[str, Any]) -> timedelta:
    """Return how long it took, in all; a tool that does not know writes -1 or nothing."""
    took = entry.get("time")
    if isinstance(took, int | float) and 0 < took < _LONGEST:
        return took * _MILLISECOND
    return timedelta()


def _body(request: dict[str, Any]) -> bytes:
    posted = request.get("postData") or {}
    text = posted.get("text")
    if text is None:
        pairs = [
            (p.get("name", ""), p.get("value", "")) for p in posted.get("params") or ()
        ]
        return urlencode(pairs).encode()
    encoding = posted.get("encoding") or posted.get("_encoding")
    return undone(_bytes(text, encoding), _headers(request))


def _answer(response: dict[str, Any]) -> bytes | None:
    content = response.get("content") or {}
    text = content.get("text")
    if text is None:
        return b"" if content.get("size") == 0 else None
    return undone(_bytes(text, content.get("encoding")), _headers(response))


def _bytes(text: str, encoding: Any) -> bytes:
    if encoding != "base64":
        return text.encode(errors="surrogatepass")
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise ValueError(f"body: expected base64, {error}") from error


def _headers(message: dict[str, Any]) -> dict[str, str]:
    listed = message.get("headers") or ()
    return {str(h.get("name", "")).lower(): str(h.get("value", "")) for h in listed}
