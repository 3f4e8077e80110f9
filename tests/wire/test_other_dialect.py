"""A dialect of another vendor, told by a file alone, in front of the mock."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from harness.documents.wire_profile import load_profile
from harness.domain.clock import VirtualClock
from harness.domain.message import Grant, Receipt, Refusal, Usage, UsageSubmission
from harness.domain.recording import Exchange
from mock_server import DEFAULT_WORLD, MockDls

PROFILE = load_profile("acme.yaml", Path(__file__).parent)
BEGIN = datetime(2026, 3, 1, 8, 3, 30, tzinfo=UTC)
SLOT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

REQUEST = {"device": {"id": "u-1", "gen": "dls"}, "key": "200001-demo"}
USAGE = {
    "data": {
        "slots": [
            {
                "t": int(SLOT.timestamp()),
                "key": "200001-demo",
                "device": {"id": "u-1"},
                "scans": [{"kind": "QR_CODE", "items": [7, 8, 9]}, {"kind": "PDF417"}],
            }
        ]
    }
}


@dataclass
class Conversation:
    status: int
    answer: Any
    exchange: Exchange


def _say(path: str, content: Any, method: str = "PUT") -> Conversation:
    """Send one request to a mock that speaks the dialect."""
    events: list[Any] = []

    async def talk() -> tuple[int, bytes]:
        mock = MockDls(PROFILE, DEFAULT_WORLD, VirtualClock(BEGIN), events.append)
        async with mock, aiohttp.ClientSession() as session:
            url = await mock.open_site("a") + path
            async with session.request(method, url, json=content) as response:
                return response.status, await response.read()

    status, body = asyncio.run(talk())
    return Conversation(status, json.loads(body), events[0])


def test_authorisation() -> None:
    """The mock grants in the dialect's own words, and they are read back as a grant."""
    said = _say("/v2/licence", REQUEST)
    until = BEGIN + timedelta(days=7)
    assert said.exchange.answer == PROFILE.read_answer(
        "authorization", said.status, json.dumps(said.answer).encode()
    )
    assert isinstance(said.exchange.answer, Grant)
    assert said.exchange.answer.valid_until == until
    assert said.answer["status"] == "ok"
    assert said.answer["until"] == "2026-03-08T08:03:30.000Z"
    assert len(said.answer["seal"]) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [({"key": "nobody"}, 404, 101), ({"key": None}, 422, None)],
)
def test_refusal(changes: dict[str, Any], status: int, code: int | None) -> None:
    """A refusal has the status and the fields that the dialect gives its code."""
    said = _say("/v2/licence", REQUEST | changes)
    assert said.status == status
    assert said.answer.get("why") == code
    assert isinstance(said.exchange.answer, Refusal)
    assert said.exchange.answer.code == code


def test_usage() -> None:
    """A submission is read with labels in seconds and counts that a path computes."""
    said = _say("/v2/slots", USAGE)
    assert (said.status, said.answer) == (200, {"status": "ok", "taken": 1})
    message = said.exchange.request
    assert isinstance(message, UsageSubmission)
    report = message.reports[0]
    assert report.time_label == SLOT
    assert report.client_uuid == "u-1"
    assert report.usage == (Usage(type="QR_CODE", count=3), Usage(type="PDF417", count=0))
    assert said.exchange.stored
    assert said.exchange.answer == Receipt()


def test_wrong_method() -> None:
    """A message that is sent with the method of another dialect is not served."""
    said = _say("/v2/slots", USAGE, method="POST")
    assert said.status == 405
    assert (said.exchange.kind, said.exchange.stored) == ("usage", False)


def test_function_on_what_it_cannot_take() -> None:
    """A path whose function gets what it cannot take is a problem, not a failure."""
    said = _say(
        "/v2/slots", {"data": {"slots": [{"t": 1, "scans": [{"items": 5, "kind": "x"}]}]}}
    )
    assert said.status == 422
    assert "length" in (said.exchange.problem or "")


def test_health() -> None:
    """Health is where the dialect says."""
    assert PROFILE.kind_of("/v2/ping") == "health"
    assert PROFILE.kind_of("/dls/health") is None
