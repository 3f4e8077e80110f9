"""Two captures side by side: what differs in what their messages say."""

import difflib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from harness.capture.order import Placed
from harness.domain.instant import render_span
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    Report,
    UsageSubmission,
)
from harness.domain.recording import Exchange

#: Comparing takes the square of the length: more is compared position by position.
_MOST_LINES = 20_000


class Teller:
    """Writes exchanges as lines that two runs of one story have in common."""

    def __init__(self) -> None:
        """Begin before the first exchange."""
        self._begin: datetime | None = None
        self._clients: dict[str, str] = {}

    def lines(self, exchanges: Iterable[Placed]) -> Iterator[str]:
        """Tell *exchanges*, each in a line for the message and one for each portion."""
        for _, exchange in exchanges:
            yield from self._exchange(exchange)

    def _exchange(self, exchange: Exchange) -> Iterator[str]:
        self._begin = self._begin or exchange.at
        passed = timedelta(seconds=round((exchange.at - self._begin).total_seconds()))
        told = f"+{render_span(passed)} {exchange.server}"
        fate = _fate(exchange)
        match exchange.request:
            case AuthorizationRequest() as asked:
                code = asked.handshake_code or asked.organization_id
                client = self._client(asked.client_uuid)
                password = " with a password" if asked.session_password else ""
                asking = f"authorisation {client} {code}{password}"
                yield f"{told} {exchange.method} {asking}: {fate}"
            case UsageSubmission(reports=reports):
                yield f"{told} {exchange.method} usage, {len(reports)} reports: {fate}"
                for report in reports:
                    yield from self._report(report, self._begin)
            case None:
                yield f"{told} {exchange.method} {exchange.path}, not read: {fate}"

    def _report(self, report: Report, begin: datetime) -> Iterator[str]:
        label = report.time_label
        slot = "no label" if label is None else _since(label - begin)
        code = report.handshake_code or report.organization_id
        for usage in report.usage:
            yield (
                f"    slot {slot} {self._client(report.client_uuid)} {code}: "
                f"{usage.count} x {usage.type}"
            )

    def _client(self, uuid: str | None) -> str:
        """Name clients in the order in which they come: UUIDs differ from run to run."""
        if not uuid:
            return "nobody"
        return self._clients.setdefault(uuid, f"client {len(self._clients) + 1}")


def _since(span: timedelta) -> str:
    """Write when a slot began: whole slots are what counts, not seconds."""
    return f"{span // timedelta(seconds=180):+d}"


def _fate(exchange: Exchange) -> str:
    match exchange.answer:
        case Grant():
            return "granted"
        case Refusal(code=code):
            return f"refused with {code}"
        case Receipt():
            return "accepted"
    return f"status {exchange.status}" if exchange.status else "no answer"


def difference(
    first: Iterable[Placed], second: Iterable[Placed], names: tuple[str, str]
) -> Iterator[str]:
    """Tell how *second* differs from *first*; nothing, where it does not."""
    left, right = list(Teller().lines(first)), list(Teller().lines(second))
    if max(len(left), len(right)) <= _MOST_LINES:
        yield from difflib.unified_diff(left, right, *names, lineterm="", n=1)
        return
    for number, (a, b) in enumerate(zip(left, right, strict=False), start=1):
        if a != b:
            yield from (f"line {number}", f"-{a}", f"+{b}")
    if len(left) != len(right):
        yield f"{names[0]} has {len(left)} lines, {names[1]} has {len(right)}"
