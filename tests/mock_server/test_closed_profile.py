"""Tests of the mock with a dialect whose answers nobody here can write."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import aiohttp

from harness.documents.wire_profile import load_profile
from harness.domain.clock import VirtualClock
from harness.domain.instant import EPOCH
from harness.domain.recording import Exchange
from mock_server import DEFAULT_WORLD, MockDls

ASKED = {"cu": "uuid-of-a", "hs": "200001-demo", "pd": "dbr"}


def _exchanged(method: str, path: str, **request: Any) -> tuple[int, bytes, Exchange]:
    """Ask a mock that speaks the vendor's dialect; return its answer, and the event."""

    async def asked() -> tuple[int, bytes]:
        async with (
            MockDls(profile, DEFAULT_WORLD, VirtualClock(EPOCH), events.append) as mock,
            aiohttp.ClientSession() as client,
        ):
            url = await mock.open_site("a")
            async with client.request(method, url + path, **request) as answer:
                return answer.status, await answer.read()

    profile, events = load_profile("dynamsoft", Path()), list[Any]()
    status, body = asyncio.run(asked())
    return status, body, events[0]


def test_known_clients_are_told_nothing() -> None:
    """A request that it would grant is read, and answered with a body that is empty."""
    packed = base64.b64encode(json.dumps(ASKED).encode()).decode()
    status, body, exchange = _exchanged("GET", "/auth/", params={"ext": packed})
    assert (status, body) == (200, b"")
    assert exchange.request is not None
    assert exchange.request.client_uuid == "uuid-of-a"
    assert (exchange.answer, exchange.stored) == (None, False)


def test_strangers_are_told_nothing_either() -> None:
    """A refusal is an HTTP status, and counts as no answer: no client can read it."""
    packed = base64.b64encode(json.dumps({**ASKED, "hs": "nobody"}).encode()).decode()
    status, body, exchange = _exchanged("GET", "/auth/", params={"ext": packed})
    assert (status, body, exchange.answer) == (403, b"", None)


def test_closed_reports_are_told_nothing() -> None:
    """What it cannot read it stores nowhere, and does not fail on."""
    status, body, exchange = _exchanged("POST", "/verify", json=[])
    assert (status, body) == (200, b"")
    assert (exchange.kind, exchange.request, exchange.stored) == ("usage", None, False)
