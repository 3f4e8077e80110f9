"""The view "DLS licensing": a message as the protocol means it, with its verdicts."""

from collections.abc import Iterator
from datetime import datetime

from mitmproxy import http
from mitmproxy.contentviews import Contentview, Metadata

from harness.capture.auto import reading_profiles
from harness.capture.decoding import Decoder
from harness.capture.mitm_file import flow_of
from harness.domain.generation import SLOT_LENGTH
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    Report,
    UsageSubmission,
)
from harness.domain.recording import Exchange
from harness.wire.codec import Profile

_DECODERS: list[Decoder] = []


def remember_profile(profile: Profile | None) -> None:
    """Read by *profile* from now on: the view itself is told nothing by mitmproxy."""
    if profile is not None and [d.profile for d in _DECODERS] != [profile]:
        _DECODERS[:] = [Decoder(profile)]


class DlsLicensing(Contentview):
    """Shows authorisation and usage in the protocol's own terms."""

    @property
    def name(self) -> str:
        """As mitmproxy lists it."""
        return "DLS licensing"

    def prettify(self, data: bytes, metadata: Metadata) -> str:  # noqa: ARG002 - its interface
        """
        Return the message of a flow in words.

        Raises:
            ValueError: It is no licensing message.
        """
        exchange = _exchange_of(metadata)
        if exchange is None:
            raise ValueError("this is no licensing message of a known wire profile")
        is_answer = isinstance(metadata.http_message, http.Response)
        lines = _answer(exchange) if is_answer else _request(exchange)
        flow = metadata.flow
        verdicts = flow.metadata.get("dls_violated", []) if flow else []
        comment = flow.comment.splitlines() if flow and verdicts else []
        return "\n".join([*lines, *(f"VIOLATED  {line}" for line in comment)]) + "\n"

    def render_priority(self, data: bytes, metadata: Metadata) -> float:  # noqa: ARG002
        """Be the first choice for what it can read."""
        return 10 if _exchange_of(metadata) is not None else -1


def _exchange_of(metadata: Metadata) -> Exchange | None:
    flow = metadata.flow
    if not isinstance(flow, http.HTTPFlow):
        return None
    for decoder in _DECODERS or [Decoder(profile) for profile in reading_profiles()]:
        exchange = decoder.decode(flow_of(0, flow))
        if exchange is not None:
            return exchange
    return None


def _request(exchange: Exchange) -> Iterator[str]:
    match exchange.request:
        case AuthorizationRequest() as asked:
            yield "authorisation"
            yield f"  client UUID    {asked.client_uuid or 'none'}"
            yield f"  handshake code {asked.handshake_code or 'none'}"
            yield f"  organization   {asked.organization_id or 'none'}"
            yield f"  password       {'given' if asked.session_password else 'none'}"
        case UsageSubmission(reports=reports):
            yield f"usage, {len(reports)} reports"
            for report in reports:
                yield from _report(report)
        case None:
            yield f"{exchange.kind}, with a body that cannot be read"
    if exchange.problem:
        yield f"  problem        {exchange.problem}"


def _report(report: Report) -> Iterator[str]:
    yield f"  slot {_slot(report.time_label)}"
    yield f"    client UUID    {report.client_uuid or 'none'}"
    code = report.handshake_code or report.organization_id
    yield f"    handshake code {code or 'none'}"
    for usage in report.usage:
        yield f"    portion        {usage.count} x {usage.type}"


def _slot(label: datetime | None) -> str:
    """Write a slot as clock times, UTC."""
    if label is None:
        return "without a time label"
    return f"{label:%Y-%m-%d %H:%M:%S} to {label + SLOT_LENGTH:%H:%M:%S} UTC"


def _answer(exchange: Exchange) -> Iterator[str]:
    match exchange.answer:
        case Grant(valid_until=until):
            yield f"granted until {until:%Y-%m-%d %H:%M:%S} UTC" if until else "granted"
        case Refusal(code=code, text=text):
            yield f"refused with code {code}: {text}"
        case Receipt():
            yield "all reports were stored"
        case None:
            yield f"status {exchange.status}: no proper answer"
