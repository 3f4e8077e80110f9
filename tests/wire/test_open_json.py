"""open-json, letter by letter."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.documents.wire_profile import load_profile
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Refusal,
    Report,
    Usage,
    UsageSubmission,
)
from harness.wire.codec import Reading
from harness.wire.profile import Kind

PROFILE = load_profile("open-json", Path())
AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

AUTHORIZATION = {
    "clientUuid": "6f0c",
    "handshakeCode": "200001-demo",
    "organizationId": None,
    "sessionPassword": None,
    "product": "dbr",
    "generation": "dls",
    "deploymentType": "browser",
    "binding": {"kind": "website-domain", "value": "shop.example"},
    "chargeWay": "auto",
    "instances": 1,
    "alias": None,
}
REPORT = {
    "timeLabel": "2026-03-01T08:00:00Z",
    "handshakeCode": "200001-demo",
    "clientUuid": "6f0c",
    "product": "dbr",
    "usage": [{"type": "QR_CODE", "count": 2}],
}

kinds = st.sampled_from(["authorization", "usage"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
#: Bodies with the names of the protocol, and anything in their place.
nearly = st.dictionaries(
    st.sampled_from([*AUTHORIZATION, "reports"]),
    values | st.lists(st.dictionaries(st.sampled_from([*REPORT]), values)),
)


def _read(kind: Kind, content: Any) -> Reading:
    return PROFILE.read_request(kind, json.dumps(content).encode())


def _read_report(**changes: Any) -> Reading:
    return _read("usage", {"reports": [REPORT | changes]})


def _report_of(reading: Reading) -> Report:
    assert isinstance(reading.message, UsageSubmission)
    return reading.message.reports[0]


@pytest.mark.parametrize(
    ("path", "kind", "method"),
    [
        ("/dls/authorization", "authorization", "POST"),
        ("/dls/usage", "usage", "POST"),
        ("/dls/health", "health", "GET"),
    ],
)
def test_paths_and_methods(path: str, kind: Kind, method: str) -> None:
    """Each kind of message has its path and its method."""
    assert PROFILE.kind_of(path) == kind
    assert PROFILE.method_of(kind) == method


@pytest.mark.parametrize("path", ["/", "/dls", "/dls/usage/", "/DLS/usage", "/dls/usages"])
def test_other_paths(path: str) -> None:
    """Any other path carries no message."""
    assert PROFILE.kind_of(path) is None


def test_reads_authorization() -> None:
    """An authorisation request is read, with all that a licence may depend on."""
    assert _read("authorization", AUTHORIZATION) == Reading(
        AuthorizationRequest(
            client_uuid="6f0c",
            handshake_code="200001-demo",
            product="dbr",
            generation="dls",
            deployment_type="browser",
            binding_kind="website-domain",
            binding_value="shop.example",
            charge_way="auto",
            instances=1,
        ),
        None,
    )


@pytest.mark.parametrize("instances", [0, 1.5, "2", True])
def test_refuses_no_number_of_instances(instances: Any) -> None:
    """Instances are a whole number, one or more."""
    reading = _read("authorization", AUTHORIZATION | {"instances": instances})
    expected = f"expected a whole number, one or more, got {json.dumps(instances)}"
    assert reading.problem == f"instances: {expected}"


def test_reads_usage() -> None:
    """A submission is read, report by report, entry by entry."""
    other = {"type": "PDF417", "count": 1}
    reports = [REPORT, REPORT | {"usage": [*REPORT["usage"], other], "extra": {}}]
    reading = _read("usage", {"reports": reports, "note": [1]})
    qr_code, pdf417 = Usage(type="QR_CODE", count=2), Usage(type="PDF417", count=1)
    plain = Report(
        time_label=AT,
        handshake_code="200001-demo",
        client_uuid="6f0c",
        product="dbr",
        usage=(qr_code,),
    )
    both = msgspec.structs.replace(plain, usage=(qr_code, pdf417))
    assert reading == Reading(UsageSubmission(reports=(plain, both)), None)


@pytest.mark.parametrize(
    "body",
    [
        {"reports": []},
        {"reports": [REPORT | {"usage": []}]},
        {"reports": [REPORT | {"usage": [{"type": "QR_CODE", "count": 0}]}]},
    ],
    ids=["no reports", "no usage", "zero"],
)
def test_nothing_to_report_is_a_submission(body: Any) -> None:
    """An empty list of reports, of usage, and a zero count are proper."""
    assert _read("usage", body).problem is None


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-01T08:00:00Z", AT),
        ("2026-03-01T08:00:00.000Z", AT),
        ("2026-03-01T09:00:00+01:00", AT),
        ("2026-03-01T02:30:00.25-05:30", AT.replace(microsecond=250_000)),
        ("2026-03-01T08:00:01Z", AT.replace(second=1)),
    ],
)
def test_time_labels(written: str, utc: datetime) -> None:
    """A label is any RFC 3339 instant, with fractions and offsets."""
    reading = _read_report(timeLabel=written)
    assert (reading.problem, _report_of(reading).time_label) == (None, utc)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("noon", "noon"),
        (8, "8"),
        ("2026-03-01T08:00:00", "2026-03-01T08:00:00"),
        ("\ud800", "\\ud800"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00+01:00"),
    ],
)
def test_unreadable_label_is_kept(written: Any, kept: str) -> None:
    """A label that names no instant is kept as it was written, and is a problem."""
    reading = _read_report(timeLabel=written)
    report = _report_of(reading)
    assert (report.time_label, report.written_label) == (None, kept)
    assert reading.problem is not None
    assert reading.problem.startswith("reports[0].timeLabel: expected ")
    msgspec.json.encode(report)


WHOLE = "expected a whole number, zero or more"


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("authorization", b"", "body: expected JSON, Expecting value"),
        ("authorization", b"[1]", "body: expected an object, got [1]"),
        ("usage", b"null", "body: expected an object, got null"),
        (
            "authorization",
            b'{"clientUuid": null, "handshakeCode": "c"}',
            "clientUuid: expected a non-empty string, got null",
        ),
        (
            "authorization",
            b'{"clientUuid": "", "handshakeCode": "c"}',
            'clientUuid: expected a non-empty string, got ""',
        ),
        (
            "authorization",
            b'{"clientUuid": 7, "handshakeCode": "c"}',
            "clientUuid: expected a string, got 7",
        ),
        (
            "authorization",
            b'{"clientUuid": "u"}',
            "handshakeCode or organizationId: expected a non-empty string, got null",
        ),
        ("usage", b"{}", "reports: expected a list, got null"),
        ("usage", b'{"reports": {"a": 1}}', 'reports: expected a list, got {"a": 1}'),
        (
            "usage",
            b'{"reports": [7]}',
            "reports[0].timeLabel: expected a non-empty string, got null",
        ),
    ],
)
def test_problems_are_told(kind: Kind, body: bytes, problem: str) -> None:
    """What is wrong with a body is told with its field, what was expected and found."""
    told = PROFILE.read_request(kind, body).problem or ""
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"timeLabel": None}, "timeLabel: expected a non-empty string, got null"),
        ({"clientUuid": None}, "clientUuid: expected a non-empty string, got null"),
        ({"clientUuid": ["u"]}, 'clientUuid: expected a string, got ["u"]'),
        (
            {"handshakeCode": ""},
            'handshakeCode or organizationId: expected a non-empty string, got ""',
        ),
        ({"usage": None}, "usage: expected a list, got null"),
        ({"usage": {}}, "usage: expected a list, got {}"),
        (
            {"usage": [{"count": 1}]},
            "usage[0].type: expected a non-empty string, got null",
        ),
        (
            {"usage": [{"type": "", "count": 1}]},
            'usage[0].type: expected a non-empty string, got ""',
        ),
        ({"usage": [{"type": "QR_CODE"}]}, f"usage[0].count: {WHOLE}, got null"),
        (
            {"usage": [{"type": "QR_CODE", "count": -1}]},
            f"usage[0].count: {WHOLE}, got -1",
        ),
        (
            {"usage": [{"type": "QR_CODE", "count": 1.5}]},
            f"usage[0].count: {WHOLE}, got 1.5",
        ),
        (
            {"usage": [{"type": "QR_CODE", "count": "2"}]},
            f'usage[0].count: {WHOLE}, got "2"',
        ),
        (
            {"usage": [{"type": "QR_CODE", "count": True}]},
            f"usage[0].count: {WHOLE}, got true",
        ),
        ({"usage": ["QR_CODE"]}, "usage[0].type: expected a non-empty string, got null"),
        (
            {"usage": [{"type": "x" * 99, "count": []}]},
            f"usage[0].count: {WHOLE}, got []",
        ),
    ],
)
def test_problems_of_a_report(changes: dict[str, Any], problem: str) -> None:
    """What is wrong with a report is told with its position."""
    body = {"reports": [REPORT, REPORT | changes]}
    assert _read("usage", body).problem == f"reports[1].{problem}"


def test_organization_in_place_of_a_code() -> None:
    """A report or a request may name an organization in place of a handshake code."""
    instead = {"handshakeCode": None, "organizationId": "200001"}
    assert _read_report(**instead).problem is None
    assert _read("authorization", AUTHORIZATION | instead).problem is None


def test_damaged_report_is_read_as_far_as_it_goes() -> None:
    """What can be read of a damaged report is read, for the rules to see."""
    reading = _read_report(usage=[{"type": "QR_CODE", "count": 1.5}], clientUuid=None)
    assert _report_of(reading).usage == (Usage(type="QR_CODE", count=1.5),)
    assert _report_of(reading).handshake_code == "200001-demo"


@pytest.mark.parametrize("kind", ["authorization", "usage"])
def test_cut_bodies(kind: Kind) -> None:
    """No part of a body, cut anywhere, is taken for a message."""
    content = AUTHORIZATION if kind == "authorization" else {"reports": [REPORT]}
    body = json.dumps(content).encode()
    assert PROFILE.read_request(kind, body).problem is None
    for size in range(len(body)):
        assert PROFILE.read_request(kind, body[:size]).message is None


@pytest.mark.parametrize("trailing", [b"x", b"{}", b"\0", b","])
def test_trailing_bytes(trailing: bytes) -> None:
    """Bytes after the body are no message; white space is none of them."""
    body = json.dumps({"reports": [REPORT]}).encode()
    assert PROFILE.read_request("usage", body + trailing).message is None
    assert PROFILE.read_request("usage", b" " + body + b"\r\n\t ").problem is None


@given(kinds, st.binary())
def test_any_bytes(kind: Kind, body: bytes) -> None:
    """Whatever bytes come, reading them raises nothing and tells a problem."""
    assert PROFILE.read_request(kind, body).problem is not None


@given(kinds, values | nearly)
def test_any_json(kind: Kind, content: Any) -> None:
    """Whatever JSON comes, reading it raises nothing, and what was read can be kept."""
    reading = _read(kind, content)
    assert reading.message is not None or reading.problem is not None
    msgspec.json.encode(reading.message)
    assert (reading.problem or "none").encode()


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
@pytest.mark.parametrize("kind", ["authorization", "usage"])
def test_deep_json(kind: Kind, depth: int) -> None:
    """JSON nested to any depth raises nothing."""
    nest = b"[" * depth + b"]" * depth
    body = b'{"clientUuid": %b, "reports": [{"timeLabel": %b}]}' % (nest, nest)
    assert PROFILE.read_request(kind, body).problem is not None


def test_writes_a_grant() -> None:
    """A grant is written with status 200 and the five fields of the protocol."""
    grant = Grant(handshake_code="c", licence_item_id="i", valid_until=AT)
    rendering = PROFILE.render_grant(grant, token="t")
    assert rendering.status == 200
    assert json.loads(rendering.body) == {
        "authorized": True,
        "token": "t",
        "handshakeCode": "c",
        "licenceItemId": "i",
        "validUntil": "2026-03-01T08:00:00.000Z",
    }
    assert PROFILE.read_answer("authorization", 200, rendering.body) == grant


@pytest.mark.parametrize(("code", "status"), [(120, 403), (101, 403), (100, 503)])
def test_writes_a_refusal(code: int, status: int) -> None:
    """A refusal has status 403, or 503 for code 100, with code and text."""
    refusal = Refusal(code=code, text="No.")
    rendering = PROFILE.render_refusal(refusal)
    assert rendering.status == status
    assert json.loads(rendering.body) == {
        "authorized": False,
        "error": {"code": code, "message": "No."},
    }
    assert PROFILE.read_answer("authorization", status, rendering.body) == refusal


def test_writes_not_understood() -> None:
    """What is no authorisation request gets status 400 and the problem."""
    rendering = PROFILE.render_refusal(Refusal(text="clientUuid: missing"))
    assert rendering.status == 400
    assert json.loads(rendering.body) == {"error": {"message": "clientUuid: missing"}}


def test_writes_a_receipt() -> None:
    """A receipt has status 200, and tells how many reports were stored."""
    rendering = PROFILE.render_receipt(3)
    assert rendering.status == 200
    assert json.loads(rendering.body) == {"accepted": True, "reports": 3}
    assert PROFILE.read_answer("usage", 200, rendering.body) == Receipt()


def test_writes_malformed_usage() -> None:
    """What is no submission gets status 400 and the problem."""
    rendering = PROFILE.render_malformed_usage("reports: missing")
    assert rendering.status == 400
    assert json.loads(rendering.body) == {"error": {"message": "reports: missing"}}


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("usage", 200, b""),
        ("usage", 200, b"{}"),
        ("usage", 200, b'{"accepted": false}'),
        ("usage", 200, b'{"accepted": "true"}'),
        ("usage", 200, b'{"accepted": true'),
        ("usage", 500, b'{"accepted": true}'),
        ("usage", 200, b"[]"),
        ("authorization", 200, b"{}"),
        ("authorization", 500, b'{"authorized": true}'),
        ("authorization", 403, b'{"authorized": false}'),
        ("authorization", 400, b'{"error": {"message": "no"}}'),
        ("authorization", 200, b"\xff"),
    ],
)
def test_no_proper_answer(kind: Kind, status: int, body: bytes) -> None:
    """An answer that is broken, or says nothing of the protocol, is none."""
    assert PROFILE.read_answer(kind, status, body) is None


@given(kinds, st.integers(100, 599), values)
def test_any_answer(kind: Kind, status: int, content: Any) -> None:
    """Whatever a server answers, reading it raises nothing."""
    PROFILE.read_answer(kind, status, json.dumps(content).encode())


@pytest.mark.parametrize("valid_until", [None, 7, "soon", "2026-03-01", ["x"]])
def test_grant_without_end(valid_until: Any) -> None:
    """A grant whose end cannot be read is a grant without one."""
    body = json.dumps({"authorized": True, "validUntil": valid_until}).encode()
    assert PROFILE.read_answer("authorization", 200, body) == Grant()


@pytest.mark.parametrize("label", ["9" * 1_000_000, [["x"] * 9000], {"a": "b" * 9000}])
def test_a_long_label_is_told_in_short(label: Any) -> None:
    """A body may be all label: little of it is kept, in the problem and in the report."""
    reading = _read_report(timeLabel=label)
    assert len(reading.problem or "") < 300
    assert len(_report_of(reading).written_label or "") <= 200


def test_a_long_path_is_no_message() -> None:
    """No message goes to a path of a megabyte, and to see so takes no time."""
    assert PROFILE.find_in("/dls/usage" * 100_000) is None
