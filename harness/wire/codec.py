"""A wire profile at work: bodies to messages, answers to bodies."""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from jmespath.exceptions import JMESPathError
from msgspec import structs

from harness.domain.instant import parse_instant, render_instant
from harness.domain.message import (
    Answer,
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    Report,
    Request,
    Usage,
    UsageSubmission,
)
from harness.domain.number import GREATEST
from harness.wire.lookup import Lookup, lookup
from harness.wire.packing import Codec, PlainCodec, unpacked
from harness.wire.packing import shortened as _short
from harness.wire.paths import Paths
from harness.wire.profile import AnswerShape, Kind, ProfileText
from harness.wire.quick import quick_reader
from harness.wire.time_label import parse_time_label

#: Of a label that cannot be read so much is kept; a body may be all label.
_MOST_OF_A_LABEL = 200

#: Receipts for more reports than this are rare, and written anew each time.
_MOST_KEPT = 100

_SURROGATE = re.compile("[\ud800-\udfff]")


class Reading(msgspec.Struct, frozen=True, gc=False):
    """
    What a body said.

    Attributes:
        message: The message, as far as it could be read; ``None``: not at all.
        problem: The first thing that makes it no proper message, else ``None``.
    """

    message: Request | None
    problem: str | None


class Rendering(msgspec.Struct, frozen=True, gc=False):
    """An answer ready to be sent: its HTTP status and JSON body."""

    status: int
    body: bytes


class Profile:
    """Reads requests and writes answers as one profile tells."""

    def __init__(self, text: ProfileText, codec: Codec | None = None) -> None:
        """Compile *text*; a broken JMESPath raises ``jmespath`` ``ParseError``."""
        self.text = text
        self.name = text.profile
        self._codec: Codec = codec or PlainCodec()
        self._paths = Paths(text)
        self._authorization = _compiled(text.authorization.fields)
        self._report = _compiled(text.usage.fields)
        self._reports = lookup(text.usage.reports)
        self._usage = lookup(text.usage.usage)
        self._type = lookup(text.usage.type)
        self._count = lookup(text.usage.count)
        is_json = text.usage.packing.read == "json"
        self._quick_usage = quick_reader(text.usage) if is_json else None
        self._reads = _read_by(text)
        self._grants = "answer" in self._reads
        self._receipts: dict[int, Rendering] = {}
        self._methods = {
            "authorization": text.authorization.method,
            "usage": text.usage.method,
            "health": "GET",
        }
        self._shapes = {
            "grant": _Recognizer(text.authorization.answers.grant),
            "refusal": _Recognizer(text.authorization.answers.refusal),
            "receipt": _Recognizer(text.usage.answers.receipt),
        }

    def kind_of(self, path: str) -> Kind | None:
        """Tell the kind of message that goes to *path* below the server's URL."""
        return self._paths.kind_of(path)

    def find_in(self, path: str) -> tuple[Kind, str] | None:
        """Tell the kind of message that goes to *path*, and the server's part of that."""
        return self._paths.find_in(path)

    @property
    def reads(self) -> tuple[str, ...]:
        """What it decodes: ``authorization`` and ``usage``, and the ``answer`` to both."""
        return self._reads

    @property
    def grants(self) -> bool:
        """Whether an answer of ours can authorise a client that speaks this."""
        return self._grants

    def method_of(self, kind: Kind) -> str:
        """Return the method with which a message of *kind* should be sent."""
        return self._methods[kind]

    def read_request(self, kind: Kind, body: bytes, query: str = "") -> Reading:
        """Read the body of a request of *kind*, and its *query*; never raises."""
        is_usage = kind == "usage"
        packing = (self.text.usage if is_usage else self.text.authorization).packing
        if packing.read == "closed":
            return Reading(None, None)
        try:
            quick = self._quick(body) if is_usage else None
            if quick is not None:
                return Reading(quick, None)
            content = unpacked(packing, self._codec, body, query)
        except ValueError as error:
            return Reading(None, str(error))
        try:
            if kind == "authorization":
                return self._read_authorization(content)
            return self._read_usage(content)
        except JMESPathError as error:
            # A function in a path of the profile got what it cannot work with.
            return Reading(None, f"body: {error}")

    def _quick(self, body: bytes) -> UsageSubmission | None:
        if self._quick_usage is None:
            return None
        return self._quick_usage(self._codec.unpack(body))

    def _read_authorization(self, content: dict[str, Any]) -> Reading:
        fields, problem = _texts(self._authorization, content, but="instances")
        problem = problem or _missing(self.text.authorization.required, fields)
        request = msgspec.convert(fields, AuthorizationRequest)
        path = self._authorization.get("instances")
        instances = path.search(content) if path else None
        if instances is None:
            return Reading(request, problem)
        if not _is_countable(instances) or instances < 1 or instances % 1:
            wrong = _expected("a whole number, one or more", instances)
            return Reading(request, problem or f"instances: {wrong}")
        return Reading(structs.replace(request, instances=int(instances)), problem)

    def _read_usage(self, content: dict[str, Any]) -> Reading:
        listed = self._reports.search(content)
        if not isinstance(listed, list):
            expected = f"{self.text.usage.reports}: expected a list"
            return Reading(None, f"{expected}, got {_short(listed)}")
        reports, problem = [], None
        for index, item in enumerate(listed):
            report, wrong = self._read_report(item)
            reports.append(report)
            if wrong and not problem:
                problem = f"{self.text.usage.reports}[{index}].{wrong}"
        return Reading(UsageSubmission(reports=tuple(reports)), problem)

    def _read_report(self, item: Any) -> tuple[Report, str | None]:
        shape = self.text.usage
        fields, problem = _texts(self._report, item, but="timeLabel")
        written = self._report["timeLabel"].search(item)
        label = None
        if written is not None:
            try:
                label = parse_time_label(written, shape.time_label)
            except ValueError as error:
                problem = problem or f"{shape.fields['timeLabel']}: {error}"
        usage, wrong = self._read_entries(item)
        problem = problem or _missing(shape.required, {**fields, "timeLabel": label})
        report = Report(
            time_label=label,
            written_label=None if label or written is None else _kept(written),
            handshake_code=fields.get("handshakeCode"),
            organization_id=fields.get("organizationId"),
            client_uuid=fields.get("clientUuid"),
            product=fields.get("product"),
            licence_item_id=fields.get("licenceItemId"),
            usage=usage,
        )
        return report, problem or wrong

    def _read_entries(self, item: Any) -> tuple[tuple[Usage, ...], str | None]:
        shape = self.text.usage
        listed = self._usage.search(item)
        if not isinstance(listed, list):
            return (), f"{shape.usage}: expected a list, got {_short(listed)}"
        entries, problem = [], None
        for index, entry in enumerate(listed):
            kind, count = self._type.search(entry), self._count.search(entry)
            where = f"{shape.usage}[{index}]"
            if not _is_text(kind) or not kind:
                wrong = _expected("a non-empty string", kind)
                problem = problem or f"{where}.{shape.type}: {wrong}"
                kind = None
            if not _is_countable(count) or count < 0 or count % 1:
                wrong = _expected("a whole number, zero or more", count)
                problem = problem or f"{where}.{shape.count}: {wrong}"
            entries.append(Usage(type=kind, count=count if _is_countable(count) else None))
        return tuple(entries), problem

    def read_answer(self, kind: Kind, status: int, body: bytes) -> Answer | None:
        """Read a server's answer to a request of *kind*; ``None``: no proper one."""
        try:
            content = json.loads(self._codec.unpack(body))
        except (ValueError, RecursionError):
            return None
        try:
            return self._answer(kind, status, content)
        except JMESPathError:
            return None

    def _answer(self, kind: Kind, status: int, content: Any) -> Answer | None:
        if kind == "usage":
            accepted = status == 200 and self._shapes["receipt"].is_met(content)
            return Receipt() if accepted else None
        if status == 200 and self._shapes["grant"].is_met(content):
            return _grant(self._shapes["grant"].fields(content))
        if self._shapes["refusal"].is_met(content):
            return _refusal(self._shapes["refusal"].fields(content))
        return None

    def render_grant(self, grant: Grant, token: str) -> Rendering:
        """Write the answer that authorises a client."""
        values = {
            "token": token,
            "handshakeCode": grant.handshake_code,
            "licenceItemId": grant.licence_item_id,
            "validUntil": grant.valid_until and render_instant(grant.valid_until),
        }
        return self._rendered(self.text.authorization.answers.grant, values)

    def render_refusal(self, refusal: Refusal) -> Rendering:
        """Write the answer that refuses a client; without a code: 'not understood'."""
        values = {"code": refusal.code, "text": refusal.text}
        answers = self.text.authorization.answers
        if refusal.code is None:
            return self._rendered(answers.malformed, values)
        shape = answers.refusal
        status = shape.status_by_code.get(refusal.code, shape.status)
        return self._rendered(shape, values, status)

    def render_receipt(self, reports: int) -> Rendering:
        """Write the answer that *reports* reports were stored."""
        known = self._receipts.get(reports)
        if known is None:
            known = self._rendered(self.text.usage.answers.receipt, {"reports": reports})
            if reports <= _MOST_KEPT:
                self._receipts[reports] = known
        return known

    def render_malformed_usage(self, problem: str) -> Rendering:
        """Write the answer to what is no submission."""
        return self._rendered(self.text.usage.answers.malformed, {"text": problem})

    def _rendered(
        self, shape: AnswerShape, values: Mapping[str, Any], status: int | None = None
    ) -> Rendering:
        told = shape.status if status is None else status
        if shape.body is None:
            return Rendering(told, b"")
        body = json.dumps(_filled(shape.body, values)).encode()
        return Rendering(told, self._codec.pack(body))


class _Recognizer:
    """Tells whether a body is an answer of one shape, and reads its fields."""

    def __init__(self, shape: AnswerShape) -> None:
        self._when = lookup(shape.when) if shape.when else None
        self._fields = _compiled(shape.fields)

    def is_met(self, content: Any) -> bool:
        return self._when is not None and bool(self._when.search(content))

    def fields(self, content: Any) -> dict[str, Any]:
        return {name: path.search(content) for name, path in self._fields.items()}


def _read_by(text: ProfileText) -> tuple[str, ...]:
    asking, usage = text.authorization, text.usage
    packings = {"authorization": asking.packing, "usage": usage.packing}
    is_answer = asking.answers.grant.when is not None
    kinds = [kind for kind, packing in packings.items() if packing.read != "closed"]
    return (*kinds, *(("answer",) if is_answer else ()))


def _compiled(fields: Mapping[str, str]) -> dict[str, Lookup]:
    return {name: lookup(path) for name, path in fields.items()}


def _texts(
    paths: Mapping[str, Lookup], content: Any, but: str | None = None
) -> tuple[dict[str, str], str | None]:
    """Read text fields; what is no text is left out and named as the problem."""
    texts, problem = {}, None
    for name, path in paths.items():
        value = path.search(content)
        if name == but or value is None:
            continue
        if _is_text(value):
            texts[name] = value
        else:
            problem = problem or f"{name}: " + _expected("a string", value)
    return texts, problem


def _missing(required: tuple[str, ...], fields: Mapping[str, Any]) -> str | None:
    """Name the first of the *required* fields that is empty; ``a or b`` is a choice."""
    for wanted in required:
        names = wanted.split(" or ")
        if not any(fields.get(name) for name in names):
            return f"{wanted}: " + _expected("a non-empty string", fields.get(names[0]))
    return None


def _expected(what: str, value: Any) -> str:
    return f"expected {what}, got {_short(value)}"


def _grant(fields: Mapping[str, Any]) -> Grant:
    try:
        valid_until = parse_instant(fields.get("validUntil") or "")
    except (TypeError, ValueError):
        valid_until = None
    return Grant(
        handshake_code=_text_or_none(fields.get("handshakeCode")),
        licence_item_id=_text_or_none(fields.get("licenceItemId")),
        valid_until=valid_until,
    )


def _refusal(fields: Mapping[str, Any]) -> Refusal:
    code = fields.get("code")
    is_code = isinstance(code, int) and _is_countable(code)
    return Refusal(code=code if is_code else None, text=_text_or_none(fields["text"]))


def _text_or_none(value: Any) -> str | None:
    return value if _is_text(value) else None


def _is_text(value: Any) -> bool:
    """JSON can spell half a surrogate pair, which no text file can hold."""
    return isinstance(value, str) and not _SURROGATE.search(value)


def _kept(value: Any) -> str:
    """Return *value* as text that a file can hold, whatever a client has sent."""
    text = value if isinstance(value, str) else _short(value)
    return text[:_MOST_OF_A_LABEL].encode(errors="backslashreplace").decode()


def _is_countable(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= GREATEST


def _filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Put *values* in the place of every ``$name`` of *template*."""
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    if isinstance(template, str) and template.startswith("$"):
        return values.get(template[1:])
    return template
