"""
Captures without secrets: what names somebody becomes a pseudonym.

The same value always becomes the same pseudonym, so every rule judges the same. What no
rule needs is left out: bodies, further fields, the server's words, addresses.
"""

from collections import defaultdict
from urllib.parse import urlsplit

import msgspec

from harness.domain.message import (
    Answer,
    AuthorizationRequest,
    Grant,
    Refusal,
    Report,
    Usage,
    UsageSubmission,
)
from harness.domain.product import PRODUCTS
from harness.domain.recording import AnyEvent, Configuration, Exchange, RecordingOpened

#: What a type of usage is called; anything else may be what was decoded.
_PRODUCT_TYPES = {name for product in PRODUCTS.values() for name in product.types}
#: Other methods may be anything that a client has made up.
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_UNREADABLE = "unreadable"


class Redactor:
    """Gives out pseudonyms, the same for the same value."""

    def __init__(self) -> None:
        """Begin without any."""
        self._known: dict[str, dict[str, str]] = defaultdict(dict)

    def event(self, event: AnyEvent) -> AnyEvent:
        """Return *event* without secrets."""
        match event:
            case Exchange():
                return self.exchange(event)
            case RecordingOpened():
                return self.head(event)
        device = getattr(event, "device", None)
        told = getattr(event, "configuration", None)
        changes: dict[str, object] = {}
        if device is not None:
            changes["device"] = self._name("client", device)
        if told is not None:
            changes["configuration"] = self._configuration(told)
        return msgspec.structs.replace(event, **changes)

    def head(self, head: RecordingOpened) -> RecordingOpened:
        """Return the head of a recording without what the inspector has told in it."""
        return msgspec.structs.replace(
            head,
            case=self._name("capture", head.case) or "",
            told=head.told and self._configuration(head.told),
            device=self._name("client", head.device),
        )

    def _configuration(self, told: Configuration) -> Configuration:
        return Configuration(
            servers=tuple(self._url(server) for server in told.servers),
            handshake_code=self._name("code", told.handshake_code),
            organization_id=self._name("organization", told.organization_id),
            session_password=self._name("password", told.session_password),
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return *exchange* without secrets."""
        is_message = exchange.kind is not None
        path = exchange.path.partition("?")[0]
        is_known = exchange.method in _METHODS
        return Exchange(
            at=exchange.at,
            server=exchange.server,
            base=exchange.base and self._url(exchange.base),
            method=exchange.method if is_known else "OTHER",
            path=path if is_message else f"/{self._name('path', path)}",
            kind=exchange.kind,
            request=self._request(exchange.request),
            problem=exchange.problem and exchange.problem.partition(":")[0],
            digest=self._name("digest", exchange.digest) or "",
            status=exchange.status,
            answer=self._answer(exchange.answer),
            is_answer_known=exchange.is_answer_known,
            delivery=exchange.delivery,
            answered_at=exchange.answered_at,
            connection=self._name("connection", exchange.connection),
        )

    def _request(
        self, request: AuthorizationRequest | UsageSubmission | None
    ) -> AuthorizationRequest | UsageSubmission | None:
        if isinstance(request, UsageSubmission):
            return UsageSubmission(reports=tuple(map(self._report, request.reports)))
        if request is None:
            return None
        generation = request.generation if request.generation in ("lts", "dls") else None
        return AuthorizationRequest(
            client_uuid=self._name("client", request.client_uuid),
            handshake_code=self._name("code", request.handshake_code),
            organization_id=self._name("organization", request.organization_id),
            session_password=self._name("password", request.session_password),
            product_keys=self._name("product-key", request.product_keys),
            product=self._product(request.product),
            generation=generation,
        )

    def _report(self, report: Report) -> Report:
        return Report(
            time_label=report.time_label,
            written_label=_UNREADABLE if report.written_label else None,
            handshake_code=self._name("code", report.handshake_code),
            organization_id=self._name("organization", report.organization_id),
            client_uuid=self._name("client", report.client_uuid),
            product=self._product(report.product),
            usage=tuple(self._usage(usage) for usage in report.usage),
        )

    def _usage(self, usage: Usage) -> Usage:
        is_type = usage.type in _PRODUCT_TYPES
        return Usage(
            type=usage.type if is_type else self._name("type", usage.type),
            count=usage.count,
        )

    def _product(self, product: str | None) -> str | None:
        return product if product in PRODUCTS else self._name("product", product)

    def _answer(self, answer: Answer | None) -> Answer | None:
        match answer:
            case Grant():
                code = self._name("code", answer.handshake_code)
                item = self._name("licence-item", answer.licence_item_id)
                until = answer.valid_until
                return Grant(handshake_code=code, licence_item_id=item, valid_until=until)
            case Refusal():
                return Refusal(code=answer.code)
        return answer

    def _url(self, url: str) -> str:
        """Keep how many parts its path has: a prefix is what a rule is about."""
        parts = urlsplit(url)
        origin = self._name("server", f"{parts.scheme}://{parts.netloc}")
        steps = [step for step in parts.path.split("/") if step]
        path = "".join(f"/{self._name('path', step)}" for step in steps)
        return f"{parts.scheme}://{origin}.invalid{path}"

    def _name(self, kind: str, value: str | None) -> str | None:
        """Return the pseudonym of *value*; what is missing or empty stays so."""
        if not value:
            return value
        known = self._known[kind]
        return known.setdefault(value, f"{kind}-{len(known) + 1}")
