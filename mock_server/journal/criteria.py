"""What an exchange must be for somebody who looks for it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec

from harness.domain.instant import render_instant
from harness.domain.message import AuthorizationRequest, Report, UsageSubmission
from harness.domain.recording import Exchange

#: An instant that says where it is meant.
_Instant = Annotated[datetime, msgspec.Meta(tz=True)]

#: Criteria that one and the same report of a submission must meet, and its attributes.
_OF_REPORT = ("client_uuid", "handshake_code", "organization_id", "product", "slot", "type")
_OF_EXCHANGE = ("kind", "method", "path", "server", "status", "stored")


class Criteria(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """
    What is ``None`` is met by anything; of a submission, one report must meet the rest.

    Attributes:
        kind: ``authorization`` or ``usage``.
        slot: The instant that a report's time label names.
        type: A type of usage that a report carries.
        path: Below the server's URL.
        status: HTTP status that was sent.
        stored: Whether the server stored what was sent.
        faulty: Whether a fault struck.
        malformed: Whether something was wrong with the request.
        since, until: When the exchange ended; the second is exclusive.
    """

    kind: str | None = None
    client_uuid: str | None = None
    handshake_code: str | None = None
    organization_id: str | None = None
    product: str | None = None
    slot: _Instant | None = None
    type: str | None = None
    method: str | None = None
    path: str | None = None
    server: str | None = None
    status: int | None = None
    stored: bool | None = None
    faulty: bool | None = None
    malformed: bool | None = None
    since: _Instant | None = None
    until: _Instant | None = None

    def is_met(self, exchange: Exchange) -> bool:
        """Tell whether *exchange* is what is looked for."""
        return not self.differences(exchange)

    def differences(self, exchange: Exchange) -> tuple[str, ...]:
        """
        Return what is different about *exchange*, each with what was expected.

        Of a submission it is the report that comes nearest.
        """
        own = tuple(self._of_exchange(exchange))
        parts = [tuple(self._of_part(part)) for part in _parts_of(exchange)]
        return own + min(parts, key=len)

    def _of_exchange(self, exchange: Exchange) -> Iterator[str]:
        for name in _OF_EXCHANGE:
            yield from _difference(name, getattr(self, name), getattr(exchange, name))
        yield from _difference("faulty", self.faulty, exchange.fault is not None)
        yield from _difference("malformed", self.malformed, exchange.problem is not None)
        if self.since is not None and exchange.at < self.since:
            yield f"at: expected since {_shown(self.since)}, got {_shown(exchange.at)}"
        if self.until is not None and exchange.at >= self.until:
            yield f"at: expected before {_shown(self.until)}, got {_shown(exchange.at)}"

    def _of_part(self, part: Any) -> Iterator[str]:
        for name in _OF_REPORT:
            expected = getattr(self, name)
            if expected is None:
                continue
            if isinstance(part, Report) and name == "type":
                types = [one.type for one in part.usage]
                if expected not in types:
                    yield f"type: expected {expected}, got {_listed(types)}"
                continue
            attribute = "time_label" if name == "slot" else name
            yield from _difference(name, expected, getattr(part, attribute, None))


def _parts_of(exchange: Exchange) -> tuple[Any, ...]:
    """Return the parts of a request of which one has to meet all that is said of it."""
    match exchange.request:
        case UsageSubmission(reports=reports) if reports:
            return reports
        case AuthorizationRequest() as request:
            return (request,)
    return (None,)


def _difference(name: str, expected: Any, got: Any) -> Iterator[str]:
    if expected is not None and expected != got:
        yield f"{_spelt(name)}: expected {_shown(expected)}, got {_shown(got)}"


def _spelt(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return render_instant(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)


def _listed(values: list[Any]) -> str:
    return ", ".join(map(_shown, values)) or "none"
