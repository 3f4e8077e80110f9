"""Recordings written by hand, event by event, for the judge."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import msgspec
import pytest

from harness.capture.run_redaction import RunRedactor
from harness.domain.evidence import Evidence
from harness.domain.generation import DLS, Generation
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    Report,
    Usage,
    UsageSubmission,
)
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    ClockSet,
    Configuration,
    DeviceWiped,
    Exchange,
    OperationAnswered,
    OperationCalled,
    RecordingClosed,
    RecordingOpened,
    Sdk,
    SdkError,
    ServerTurned,
    SessionCrashed,
    SessionStopped,
    StartAnswered,
    StartCalled,
)
from harness.domain.results import RuleResult
from harness.domain.verdict import Verdict
from harness.judge import Judgement, judge

CODE = "200001-demo"
CAPABILITIES = ("product-keys", "organization-id", "standby-server", "shared-cache")
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def clock(text: str) -> datetime:
    """``08:03:00`` or ``+2 08:03:00``: a time of day, so many days later."""
    days, _, time = text.rpartition(" ")
    hours, minutes, seconds = (float(part) for part in time.split(":"))
    passed = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return DAY + timedelta(days=float(days or 0)) + passed


def _said(rule: RuleResult) -> tuple[str, Verdict, int, int]:
    return rule.id, rule.verdict, rule.exposures, len(rule.findings)


class Story:
    """A recording in the making; each call appends what happened."""

    def __init__(self, generation: Generation = DLS) -> None:
        self.generation = generation
        self.now = clock("08:00:30")
        self.uuid = "uuid-of-a"
        self.device = "a"
        head = RecordingOpened(
            at=self.now,
            schema=SCHEMA,
            dlscheck="0",
            source="run",
            case="a-case",
            sdk=Sdk(name="s", version="1", product="dbr", generation=generation.name),
            clock="injected",
            wire="open-json",
            capabilities=CAPABILITIES,
        )
        self.events: list[AnyEvent] = [head]

    def _note(self, event: AnyEvent) -> Self:
        self.events.append(event)
        return self

    def at(self, time: str) -> Self:
        self.now = clock(time)
        return self

    def by_clock(self, mode: str) -> Self:
        """Let it have been recorded in the clock mode *mode*."""
        self.events[0] = msgspec.structs.replace(self.events[0], clock=mode)
        return self

    def on(self, device: str, uuid: str | None = None) -> Self:
        self.device, self.uuid = device, uuid or f"uuid-of-{device}"
        return self

    def call_start(self, **settings: Any) -> Self:
        bad = settings.pop("bad_certificates", {})
        told = {"handshake_code": CODE, "servers": ("http://127.0.0.1:1",), **settings}
        return self._note(
            StartCalled(
                at=self.now,
                device=self.device,
                configuration=Configuration(**told),
                bad_certificates=bad,
            )
        )

    def ask(self, answer: Grant | Refusal | None = None, **request: Any) -> Self:
        base, server = request.pop("base", None), request.pop("server", "main")
        fields = {"client_uuid": self.uuid, "handshake_code": CODE, **request}
        return self._note(
            Exchange(
                at=self.now,
                device=self.device,
                base=base,
                server=server,
                method="POST",
                path="/dls/authorization",
                kind="authorization",
                request=AuthorizationRequest(**fields),
                answer=answer,
                status=200 if isinstance(answer, Grant) else 403,
            )
        )

    def grant(self, days: float = 7, **request: Any) -> Self:
        until = self.now + timedelta(days=days)
        return self.ask(Grant(handshake_code=CODE, valid_until=until), **request)

    def answer_start(self, code: int = 0) -> Self:
        error = SdkError(code=code) if code else None
        return self._note(
            StartAnswered(at=self.now, device=self.device, authorized=not code, error=error)
        )

    def start(self, **settings: Any) -> Self:
        """A start that asks and is granted."""
        return self.call_start(**settings).grant().answer_start()

    def operate(self, count: int = 1, type: str = "QR_CODE", **rest: Any) -> Self:  # noqa: A002
        performed = rest.pop("performed", True)
        fields: dict[str, Any] = {"success": True, **rest}
        self._note(
            OperationCalled(
                at=self.now,
                device=self.device,
                kind="decode",
                type=type,
                count=count,
                **fields,
            )
        )
        return self._note(
            OperationAnswered(at=self.now, device=self.device, performed=performed)
        )

    def post(self, *reports: str, fate: str = "accepted", **rest: Any) -> Self:
        """
        Submit *reports*, each ``08:00:00 QR_CODE 2``; *fate*: accepted, failed, lost
        (stored, no answer) or unread (the server took nothing in).
        """
        carried = rest.pop("uuid", self.uuid)
        code = rest.pop("code", CODE)
        listed = tuple(_report(text, carried, code) for text in reports)
        fields: dict[str, Any] = {"method": "POST", "server": "main", **rest}
        return self._note(
            Exchange(
                at=self.now,
                device=self.device,
                path="/dls/usage",
                kind="usage",
                request=UsageSubmission(reports=listed),
                received=fate != "unread",
                stored=fate in ("accepted", "lost"),
                status=200 if fate == "accepted" else None,
                answer=Receipt() if fate == "accepted" else None,
                **fields,
            )
        )

    def stop(self) -> Self:
        return self._note(SessionStopped(at=self.now, device=self.device))

    def crash(self) -> Self:
        return self._note(SessionCrashed(at=self.now, device=self.device))

    def wipe(self) -> Self:
        return self._note(DeviceWiped(at=self.now, device=self.device))

    def turn(self, up: bool, server: str = "main") -> Self:
        return self._note(ServerTurned(at=self.now, server=server, up=up))

    def set_clock(self, to: str) -> Self:
        return self._note(ClockSet(at=self.now, device=self.device, to=clock(to)))

    def settle(self) -> Self:
        return self._note(RecordingClosed(at=self.now, settled=True))

    def judged(self) -> Judgement:
        """Judge it, and see that it says the same without its secrets."""
        judgement, redactor = judge(self.events), RunRedactor()
        redacted = judge([redactor.event(event) for event in self.events])
        assert list(map(_said, redacted.rules)) == list(map(_said, judgement.rules))
        return judgement

    def verdict(self, rule: str) -> RuleResult:
        return next(result for result in self.judged().rules if result.id == rule)

    def violated(self, severity: str = "must") -> tuple[str, ...]:
        rules = self.judged().rules
        return tuple(r.id for r in rules if r.findings and r.severity == severity)

    def satisfied(self) -> set[str]:
        rules = self.judged().rules
        return {rule.id for rule in rules if rule.verdict is Verdict.SATISFIED}


class Capture(Story):
    """What a proxy has seen of a story: exchanges, and what its inspector knows."""

    def __init__(self, generation: Generation = DLS, **head: Any) -> None:
        super().__init__(generation)
        known = (Evidence.ENVELOPE, Evidence.MESSAGE, *head.pop("evidence", ()))
        opened = msgspec.structs.replace(
            self.events[0], evidence=known, capabilities=(), source="capture", **head
        )
        self.events = [opened]

    def _note(self, event: AnyEvent) -> Self:
        if isinstance(event, Exchange):
            event = msgspec.structs.replace(event, device=None, stored=None)
        return super()._note(event)

    def restart(self, days: float = 7) -> Self:
        """Be granted once more: what a start looks like from outside."""
        return self.grant(days)

    def close(self) -> Self:
        return super()._note(RecordingClosed(at=self.now, settled=False))


def _report(text: str, uuid: str | None, code: str | None) -> Report:
    time, kind, count = text.rsplit(" ", 2)
    entry = Usage(type=kind, count=float(count) if "." in count else int(count))
    return Report(
        time_label=clock(time), handshake_code=code, client_uuid=uuid, usage=(entry,)
    )


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def capture() -> Capture:
    return Capture()


@pytest.fixture
def capture_of() -> type[Capture]:
    return Capture


@pytest.fixture
def story_of() -> Callable[[Generation], Story]:
    return Story
