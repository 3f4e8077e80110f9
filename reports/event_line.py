"""One event of a recording in one line."""

from datetime import datetime
from functools import singledispatch

from harness.domain.message import (
    Answer,
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    Report,
    UsageSubmission,
)
from harness.domain.recording import (
    ClockSet,
    Configuration,
    DeviceWiped,
    DriverFailed,
    Event,
    Exchange,
    FaultNeverFired,
    OperationAnswered,
    OperationCalled,
    RecordingOpened,
    SdkError,
    ServerTurned,
    SessionCrashed,
    SessionStopped,
    StartAnswered,
    StartCalled,
)

#: As much of a client UUID as tells one from another.
_UUID_SHOWN = 8


@singledispatch
def render_event(_: Event) -> str | None:
    """Return *event* as a line without its time; ``None``: it is not worth one."""
    return None


@render_event.register
def _(event: RecordingOpened) -> str:
    sdk = event.sdk
    return (
        f"{event.case}: {sdk.name} {sdk.version} ({sdk.product}, "
        f"{sdk.generation.upper()}, {event.clock} clock)"
    )


@render_event.register
def _(event: StartCalled) -> str:
    name = "settling start" if event.settling else "start"
    bad = ", ".join(dict.fromkeys(event.bad_certificates.values()))
    certificate = f", certificate {bad}" if bad else ""
    return f"{name}: {_configuration(event.configuration)}{certificate}"


@render_event.register
def _(event: StartAnswered) -> str:
    return "started" if event.authorized else f"start failed{_error(event.error)}"


@render_event.register
def _(event: OperationCalled) -> str:
    vain = "" if event.success else ", without success"
    return f"{event.kind} {event.count} {event.type}{vain}"


@render_event.register
def _(event: OperationAnswered) -> str | None:
    return None if event.performed else f"not performed{_error(event.error)}"


@render_event.register
def _(event: ClockSet) -> str:
    return f"clock set to {event.to:%Y-%m-%d %H:%M:%S}"


@render_event.register
def _(_: SessionStopped) -> str:
    return "stop"


@render_event.register
def _(_: SessionCrashed) -> str:
    return "crash"


@render_event.register
def _(_: DeviceWiped) -> str:
    return "wipe"


@render_event.register
def _(event: ServerTurned) -> str:
    return f"{event.server} server {'up' if event.up else 'down'}"


@render_event.register
def _(event: FaultNeverFired) -> str:
    return f"never struck: {event.fault}"


@render_event.register
def _(event: DriverFailed) -> str:
    return f"driver fault: {event.blame.partition('\n')[0]}"


@render_event.register
def _(event: Exchange) -> str:
    return f"  {event.server} <- {render_request(event)}: {render_fate(event)}"


def _configuration(told: Configuration) -> str:
    parts = [
        told.handshake_code and f"code {told.handshake_code}",
        told.organization_id and f"organization {told.organization_id}",
        told.session_password and "with a password",
        told.product_keys and "with product keys",
        told.time_zone and f"in {told.time_zone}",
        "two servers" if len(told.servers) > 1 else None,
    ]
    return ", ".join(part for part in parts if part) or "without any licence"


def _error(error: SdkError | None) -> str:
    return f": {error.code} {error.message}".rstrip() if error else ""


def render_request(event: Exchange) -> str:
    """Say what the SDK asked or told."""
    match event.request:
        case AuthorizationRequest() as request:
            return f"authorisation of {_client(request.client_uuid)}"
        case UsageSubmission(reports=reports):
            told = "; ".join(_report(report, event.at) for report in reports)
            return f"usage {told or 'without any report'}"
    return f"{event.method} {event.path}, not understood"


def _client(uuid: str | None) -> str:
    return uuid[:_UUID_SHOWN] if uuid else "nobody"


def _report(report: Report, now: datetime) -> str:
    counts = ", ".join(f"{usage.count} {usage.type}" for usage in report.usage)
    return f"{_slot(report, now)} {counts or 'nothing'}"


def _slot(report: Report, now: datetime) -> str:
    """Name the slot by its time of day, with the day where that is another one."""
    label = report.time_label
    if label is None:
        return f"{report.written_label or 'without label'}:"
    day = "" if label.date() == now.date() else f"{label:%Y-%m-%d} "
    return f"{day}{label:%H:%M:%S}".removesuffix(":00") + ":"


def render_fate(event: Exchange) -> str:
    """Say what came of it, and which fault struck."""
    return _fate(event) + (f" [{event.fault}]" if event.fault else "")


def _fate(event: Exchange) -> str:
    if event.answer is not None:
        return _answer(event.answer)
    if not event.received:
        return "not received"
    stored = "stored, answer lost" if event.stored else "not stored"
    return f"status {event.status}, {stored}" if event.status else stored


def _answer(answer: Answer) -> str:
    match answer:
        case Grant(valid_until=until):
            return "granted" + (f" until {until:%Y-%m-%d %H:%M:%S}" if until else "")
        case Refusal(code=code):
            return "refused" if code is None else f"refused with {code}"
        case Receipt():
            return "accepted"
