"""The HTTP exchanges of a recording, as the page lists them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from harness.domain.instant import render_instant
from harness.domain.recording import AnyEvent, Exchange
from reports.event_line import render_fate, render_request

#: More than this is told by its number alone; those of findings come first.
_MOST_SHOWN = 40


@dataclass(frozen=True)
class ExchangeView:
    """
    One exchange.

    Attributes:
        facts: What went on, as names and values.
        parts: Texts that need room: their titles and what they say.
    """

    entry: int
    at: str
    line: str
    fate: str
    is_marked: bool
    facts: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]


def exchanges_of(
    events: Sequence[AnyEvent], marked: Collection[int]
) -> tuple[list[ExchangeView], int]:
    """Return the exchanges that are shown, oldest first, and how many are not."""
    found = [(n, event) for n, event in enumerate(events) if isinstance(event, Exchange)]
    wanted = sorted(found, key=lambda item: item[0] not in marked)[:_MOST_SHOWN]
    wanted.sort(key=lambda item: item[0])
    views = [_view(entry, event, entry in marked) for entry, event in wanted]
    return views, len(found) - len(wanted)


def _view(entry: int, event: Exchange, is_marked: bool) -> ExchangeView:
    return ExchangeView(
        entry=entry,
        at=render_instant(event.at),
        line=f"{event.method} {event.path}",
        fate=f"{render_request(event)}: {render_fate(event)}",
        is_marked=is_marked,
        facts=tuple((name, value) for name, value in _facts(event) if value),
        parts=tuple((name, text) for name, text in _parts(event) if text),
    )


def _facts(event: Exchange) -> tuple[tuple[str, str], ...]:
    wire = event.delivery
    stored = {True: "yes", False: "no", None: "not known"}[event.stored]
    return (
        ("device", event.device or "not known"),
        ("server", f"{event.server} {event.base or ''}".rstrip()),
        ("request body", f"{wire.request_bytes} bytes"),
        ("digest", event.digest),
        ("taken in", "yes" if event.received else "no"),
        ("stored", stored),
        ("status sent", str(event.status or "none")),
        ("answer", f"{wire.answer_bytes} bytes, connection {wire.closing}"),
        ("fault", event.fault or ""),
        ("problem", event.problem or ""),
    )


def _parts(event: Exchange) -> tuple[tuple[str, str], ...]:
    return (
        ("Request body as it was sent", event.body or ""),
        ("Request as it was understood", _json(event.request)),
        ("Answer as it was sent", _json(event.answer)),
    )


def _json(value: object) -> str:
    if value is None:
        return ""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
