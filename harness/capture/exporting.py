"""What was captured, written out again with what was found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from harness.capture.live import LiveJudge
from harness.capture.order import Placed
from harness.capture.redaction import Redactor
from harness.capture.writing import CaptureWriter
from harness.documents.bad_input import BadInput, unwritable
from harness.documents.wire_profile import load_profile
from harness.domain.instant import render_instant
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    UsageSubmission,
)
from harness.domain.recording import Exchange, RecordingClosed
from harness.domain.results import RuleResult
from harness.wire.codec import Profile


def export_events(
    path: Path, seen: Sequence[Placed], judge: LiveJudge, redactor: Redactor | None
) -> None:
    """
    Write *seen* to *path*, as ``.har`` with verdicts or as a recording (``.jsonl``).

    Raises:
        BadInput: The name ends otherwise, nothing was seen, or it cannot be written.
    """
    judgement = judge.so_far()
    if path.suffix not in (".har", ".jsonl"):
        raise BadInput(f"{path}: expected a name that ends in .har or .jsonl")
    if judge.head is None or not seen:
        raise BadInput(f"{path}: no licensing message was seen that could be exported")
    clean = [(n, redactor.exchange(e) if redactor else e) for n, e in seen]
    if path.suffix == ".har":
        write_har(path, clean, judgement.rules if judgement else ())
        return
    with CaptureWriter(path) as writer:
        writer.note(redactor.head(judge.head) if redactor else judge.head)
        for _, exchange in clean:
            writer.note(exchange)
        writer.note(RecordingClosed(at=clean[-1][1].over_at, settled=False))


def write_har(path: Path, exchanges: Iterable[Placed], rules: Iterable[RuleResult]) -> None:
    """Write *exchanges* as HAR; what is wrong with one is in its comment."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for rule in rules:
        for finding in rule.findings:
            told = {"rule": rule.id, "severity": rule.severity, "got": finding.got}
            for position in finding.entries:
                found[position].append({**told, "expected": finding.expected})
    try:
        with path.open("wb") as file:
            file.write(
                b'{"log":{"version":"1.2","creator":{"name":"dlscheck","version":"1"},'
            )
            file.write(b'"entries":[')
            for count, (position, exchange) in enumerate(exchanges):
                entry = _entry(exchange, found.get(position, []))
                file.write((b",\n" if count else b"\n") + msgspec.json.encode(entry))
            file.write(b"\n]}}\n")
    except OSError as error:
        raise unwritable(path, error) from error


def _entry(exchange: Exchange, violations: list[dict[str, Any]]) -> dict[str, Any]:
    took = exchange.over_at - exchange.at
    text = _request_text(exchange)
    entry: dict[str, Any] = {
        "startedDateTime": render_instant(exchange.at),
        "time": took.total_seconds() * 1000,
        "request": {
            "method": exchange.method,
            "url": _url(exchange),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(text),
            "postData": {"mimeType": "application/json", "text": text},
        },
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": took.total_seconds() * 1000, "receive": 0},
    }
    if exchange.connection and exchange.connection.startswith("page "):
        entry["pageref"] = exchange.connection.removeprefix("page ")
    if violations:
        lines = [
            f"{v['rule']}: expected {v['expected']}; got {v['got']}" for v in violations
        ]
        entry["comment"] = "\n".join(lines)
        entry["_dlscheck"] = violations
    return entry


def _in_words(violation: dict[str, Any]) -> str:
    return "{rule}: expected {expected}; got {got}".format_map(violation)


@cache
def _neutral() -> Profile:
    """Exports are in the neutral dialect, whatever was captured: anybody can read them."""
    return load_profile("open-json", Path())


def _url(exchange: Exchange) -> str:
    """Return where it went: no message need not be below the URL of its server."""
    base = exchange.base or "http://unknown.invalid"
    if exchange.kind is None:
        return urlsplit(base)._replace(path="").geturl() + exchange.path
    paths = {
        "authorization": _neutral().text.authorization.path,
        "usage": _neutral().text.usage.path,
    }
    return base + paths.get(exchange.kind, exchange.path)


def _response(exchange: Exchange) -> dict[str, Any]:
    content: dict[str, Any] = {"size": -1, "mimeType": "application/json"}
    if exchange.is_answer_known:
        content["text"] = _answer_text(exchange)
    return {
        "status": exchange.status or 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "content": content,
    }


def _answer_text(exchange: Exchange) -> str:
    match exchange.answer:
        case Grant() as grant:
            return _neutral().render_grant(grant, "").body.decode()
        case Refusal() as refusal:
            return _neutral().render_refusal(refusal).body.decode()
        case Receipt():
            return _neutral().render_receipt(0).body.decode()
    return ""


def _request_text(exchange: Exchange) -> str:
    match exchange.request:
        case AuthorizationRequest() as asked:
            return msgspec.json.encode(dict(_fields(asked))).decode()
        case UsageSubmission(reports=reports):
            listed = [msgspec.to_builtins(report) for report in reports]
            for item, report in zip(listed, reports, strict=True):
                if report.time_label is not None:
                    item["timeLabel"] = render_instant(report.time_label)
                item.setdefault("timeLabel", item.pop("writtenLabel", None))
                item.setdefault("usage", [])
            return msgspec.json.encode({"reports": listed}).decode()
    return exchange.body or ""


def _fields(asked: AuthorizationRequest) -> Iterator[tuple[str, Any]]:
    told = msgspec.to_builtins(asked)
    told.pop("message", None)
    yield from told.items()
