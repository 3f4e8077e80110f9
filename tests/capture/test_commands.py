"""Tests of the add-on's commands, in a mitmproxy that is not running."""

import json
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import connection, exceptions, http
from mitmproxy.test import taddons

from harness.capture.addon import DlsAddon


def flow(content: Any) -> http.HTTPFlow:
    client = connection.Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
    made = http.HTTPFlow(client, connection.Server(address=("127.0.0.1", 3)))
    url = "http://127.0.0.1:3/dls/authorization"
    made.request = http.Request.make("POST", url, json.dumps(content))
    made.response = http.Response.make(200, json.dumps({"authorized": True}))
    return made


def test_commands(tmp_path: Path) -> None:
    """Verdicts so far, a rule in words, and what was seen as a file with verdicts."""
    addon = DlsAddon()
    with taddons.context(addon) as context:
        assert context.command(addon.verdicts) == ["no licensing message yet"]
        addon.response(flow({"clientUuid": "u", "handshakeCode": "c"}))
        wrong = flow({"handshakeCode": "c"})
        addon.response(wrong)
        addon.error(wrong)
        told = context.command(addon.verdicts)
        assert told[0] == "DLS: 2 licensing messages"
        assert told[1].startswith("violated: auth/carries-client-uuid (must)")
        text = context.command(addon.explain, "auth/carries-client-uuid")
        assert "Every authorisation request carries a client UUID." in text
        path = tmp_path / "seen.har"
        context.command(addon.export, str(path))
        entries = json.loads(path.read_text(encoding="utf-8"))["log"]["entries"]
        assert ["_dlscheck" in entry for entry in entries] == [False, True]


@pytest.mark.parametrize(
    ("name", "argument", "said"),
    [
        ("explain", "auth/nope", "unknown rule 'auth/nope'"),
        ("export", "seen.txt", "expected a name that ends in .har or .jsonl"),
        ("export", "seen.har", "no licensing message was seen"),
    ],
)
def test_commands_that_cannot_be(name: str, argument: str, said: str) -> None:
    """A command that makes no sense says so."""
    addon = DlsAddon()
    with taddons.context(addon) as context:
        with pytest.raises(exceptions.CommandError) as caught:
            context.command(getattr(addon, name), argument)
        assert said in str(caught.value)
