"""A recording as a text to be read from top to bottom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

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
    DriverFailed,
    DriverLogged,
    Exchange,
    FaultNeverFired,
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
from reports.timeline import around_marks, render_timeline

BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
UUID = "6f0c77aa-0000-4000-8000-000000000000"


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def asked(seconds: float, **rest: Any) -> Exchange:
    request = AuthorizationRequest(client_uuid=UUID)
    fields = {"method": "POST", "path": "/a", "device": "a", "request": request, **rest}
    return Exchange(at=at(seconds), **fields)


def sent(seconds: float, label: datetime | None, **rest: Any) -> Exchange:
    usage = (Usage(type="QR_CODE", count=2), Usage(type="MRZ", count=1))
    report = Report(time_label=label, client_uuid=UUID, usage=usage)
    return asked(seconds, request=UsageSubmission(reports=(report,)), **rest)


def operated(seconds: float, performed: bool = True, **rest: Any) -> list[AnyEvent]:
    called = {"kind": "decode", "type": "QR_CODE", "count": 2, "success": True, **rest}
    error = None if performed else SdkError(code=-20003, message="no licence")
    return [
        OperationCalled(at=at(seconds), device="a", **called),
        OperationAnswered(at=at(seconds), device="a", performed=performed, error=error),
    ]


HEAD = RecordingOpened(
    at=BEGIN,
    schema=SCHEMA,
    dlscheck="0",
    source="run",
    case="submit/x",
    sdk=Sdk(name="acme", version="8.4", product="dbr", generation="dls"),
    clock="injected",
    wire="open-json",
)
ONE = Configuration(servers=("http://x",), handshake_code="1-x")
TWO = Configuration(
    servers=("http://x", "http://y"),
    organization_id="1",
    session_password="p",
    product_keys="k",
    time_zone="Asia/Tokyo",
)
SLOT = BEGIN.replace(second=0)
DAY = 86_400

RECORDING: list[AnyEvent] = [
    HEAD,
    StartCalled(at=at(0), device="a", configuration=ONE),
    asked(0, answer=Grant(valid_until=at(7 * DAY)), status=200),
    StartAnswered(at=at(0), device="a", authorized=True),
    *operated(0.25),
    *operated(1, success=False),
    sent(180, SLOT, status=503, stored=False, fault="status 503 on usage 1"),
    sent(360, SLOT, stored=True),
    sent(540, SLOT, received=False, server="standby"),
    SessionCrashed(at=at(600), device="a"),
    ServerTurned(at=at(600), server="main", up=False),
    StartCalled(
        at=at(DAY),
        device="a",
        configuration=TWO,
        settling=True,
        bad_certificates={TWO.servers[0]: "expired"},
    ),
    asked(DAY, answer=Refusal(code=111), status=403),
    asked(DAY, answer=Refusal(), status=400),
    asked(DAY, request=None, status=400),
    sent(DAY, SLOT + timedelta(seconds=1), answer=Receipt(), status=200),
    StartAnswered(
        at=at(DAY), device="a", authorized=False, error=SdkError(code=-20111, message="")
    ),
    *operated(DAY + 1, performed=False),
    SessionStopped(at=at(DAY + 2), device="a"),
    DeviceWiped(at=at(DAY + 2), device="a"),
    ClockSet(at=at(DAY + 2), device="a", to=at(0)),
    DriverLogged(at=at(DAY + 2), device="a", text="oh"),
    FaultNeverFired(at=at(DAY + 2), fault="reset on usage 9"),
    RecordingClosed(at=at(DAY + 2), settled=True),
]

TEXT = """\
submit/x: acme 8.4 (dbr, DLS, injected clock)
       2026-03-01
    1  08:00:30      a  start: code 1-x
    2  08:00:30      a    main <- authorisation of 6f0c77aa: granted until 2026-03-08 08:00:30
    3  08:00:30      a  started
    4  08:00:30.250  a  decode 2 QR_CODE
    6  08:00:31      a  decode 2 QR_CODE, without success
    8  08:03:30      a    main <- usage 08:00: 2 QR_CODE, 1 MRZ: status 503, not stored [status 503 on usage 1]
    9  08:06:30      a    main <- usage 08:00: 2 QR_CODE, 1 MRZ: stored, answer lost
   10  08:09:30      a    standby <- usage 08:00: 2 QR_CODE, 1 MRZ: not received
   11  08:10:30      a  crash
   12  08:10:30         main server down
       ... 23h50m
       2026-03-02
   13  08:00:30      a  settling start: organization 1, with a password, with product keys, in Asia/Tokyo, two servers, certificate expired
   14  08:00:30      a    main <- authorisation of 6f0c77aa: refused with 111
   15  08:00:30      a    main <- authorisation of 6f0c77aa: refused
   16  08:00:30      a    main <- POST /a, not understood: status 400, not stored
   17  08:00:30      a    main <- usage 2026-03-01 08:00:01: 2 QR_CODE, 1 MRZ: accepted
   18  08:00:30      a  start failed: -20111
   19  08:00:31      a  decode 2 QR_CODE
   20  08:00:31      a  not performed: -20003 no licence
   21  08:00:32      a  stop
   22  08:00:32      a  wipe
   23  08:00:32      a  clock set to 2026-03-01 08:00:30
   25  08:00:32         never struck: reset on usage 9"""  # noqa: E501


def test_one_line_an_event() -> None:
    """Times, devices, messages with their fate; a long span is told by its length."""
    assert render_timeline(RECORDING) == TEXT


def test_findings_stand_where_they_belong(rule: RuleResult) -> None:
    """A rule is named at each event of its finding, and explained at the last one."""
    finding = msgspec.structs.replace(rule.findings[0], entries=(8, 9))
    told = msgspec.structs.replace(rule, findings=(finding,))
    lines = render_timeline(RECORDING, [told]).splitlines()
    marked = [index for index, line in enumerate(lines) if line.startswith("       ^")]
    assert [lines[index - 1].split()[0] for index in marked] == ["8", "9"]
    assert lines[marked[1] : marked[1] + 3] == [
        "       ^ submit/failed-waits-for-next-session (must)",
        "           expected  no second submission of slot 08:03 before the next start",
        "           got       POST at 08:06:00.200 carries it again",
    ]


def test_silent_event_of_a_finding(rule: RuleResult) -> None:
    """An event that is worth no line gets one where a finding names it."""
    finding = msgspec.structs.replace(rule.findings[0], entries=(5,))
    told = msgspec.structs.replace(rule, findings=(finding,))
    assert "    5  08:00:30.250  a  operation-answered" in render_timeline(
        RECORDING, [told]
    )


@pytest.mark.parametrize("text", ["\x1b[31mred", "two\nlines"])
def test_what_others_wrote(text: str) -> None:
    """What an SDK says can neither command a terminal nor pass for another event."""
    error = SdkError(code=1, message=text)
    failed = StartAnswered(at=BEGIN, device="a", authorized=False, error=error)
    lines = render_timeline([HEAD, failed]).splitlines()
    assert len(lines) == 3
    assert "\x1b" not in lines[2]


def test_driver_fault() -> None:
    """The first line of the blame says what ended the recording."""
    failed = DriverFailed(at=BEGIN, device="a", blame="driver 'x' broke\n  expected  y")
    assert render_timeline([HEAD, failed]).endswith("a  driver fault: driver 'x' broke")


def test_around_marks() -> None:
    """Of a long timeline the beginning and what is around a finding are told."""
    lines = [f"line {n}" for n in range(200)]
    lines[100] = "       ^ submit/by-post (must)"
    told = around_marks("\n".join(lines)).split("\n")
    assert told[:4] == lines[:4]
    assert told[4] == "       ... 88 lines"
    assert told[5:] == lines[92:104]
    assert around_marks("\n".join(lines[:45])) == "\n".join(lines[:45])
