"""Tests of what mitmproxy shows of a message."""

import json
from typing import Any

import pytest
from mitmproxy import connection, http
from mitmproxy.contentviews import Metadata

from harness.capture.contentview import DlsLicensing

REPORT = {
    "timeLabel": "2026-03-01T08:00:00Z",
    "handshakeCode": "200001-demo",
    "clientUuid": "u",
    "usage": [{"type": "QR_CODE", "count": 2}],
}


def flow_of(path: str, content: Any, answer: Any) -> http.HTTPFlow:
    client = connection.Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
    flow = http.HTTPFlow(client, connection.Server(address=("127.0.0.1", 3)))
    flow.request = http.Request.make("POST", f"http://h{path}", json.dumps(content))
    flow.response = http.Response.make(200, json.dumps(answer))
    return flow


def shown(flow: http.HTTPFlow, message: http.Message | None) -> str:
    return DlsLicensing().prettify(b"", Metadata(flow=flow, http_message=message))


def test_usage() -> None:
    """Slots are clock times, portions are told, and so is what was violated."""
    flow = flow_of("/dls/usage", {"reports": [REPORT]}, {"accepted": True})
    flow.metadata["dls_violated"] = ["submit/by-post"]
    flow.comment = "submit/by-post (must): expected POST; got PUT"
    text = shown(flow, flow.request)
    assert "slot 2026-03-01 08:00:00 to 08:03:00 UTC" in text
    assert "portion        2 x QR_CODE" in text
    assert "VIOLATED  submit/by-post (must): expected POST; got PUT" in text
    assert shown(flow, flow.response).startswith("all reports were stored")


def test_authorisation() -> None:
    """Request and grant are told in the protocol's words; a password is not shown."""
    asked = {"clientUuid": "u", "handshakeCode": "c", "sessionPassword": "secret"}
    answer = {"authorized": True, "validUntil": "2026-03-08T08:00:30.000Z"}
    flow = flow_of("/dls/authorization", asked, answer)
    text = shown(flow, flow.request)
    assert "handshake code c" in text
    assert "secret" not in text
    granted = "granted until 2026-03-08 08:00:30 UTC\n"
    assert shown(flow, flow.response) == granted


def test_other_traffic() -> None:
    """What is no licensing message is left to other views."""
    flow = flow_of("/elsewhere", {}, {})
    metadata = Metadata(flow=flow, http_message=flow.request)
    assert DlsLicensing().render_priority(b"", metadata) < 0
    with pytest.raises(ValueError, match="no licensing message"):
        shown(flow, flow.request)
