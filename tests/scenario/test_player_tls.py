"""Scenarios whose servers are met by https."""

import ssl
from pathlib import Path
from typing import Any

from harness.domain.recording import StartCalled


def _starts(theatre: Any) -> list[Any]:
    return [params for _, method, params in theatre.calls if method == "start"]


def _wrong(theatre: Any) -> list[list[str]]:
    """What the recording says of the servers' certificates, start by start."""
    return [
        [event.bad_certificates.get(url, "") for url in event.configuration.servers]
        for event in theatre.told(StartCalled)
    ]


def test_http_without_tls(theatre: Any) -> None:
    """A scenario that says nothing has http, and nobody to trust."""
    (start,) = _starts(theatre.play("[start]"))
    assert start.servers[0].startswith("http://")
    assert start.ca_file is None


def test_authority(theatre: Any) -> None:
    """The SDK is told a file with the authority, and the recording that all is well."""
    theatre.play("[start]", head="settle: false\ntls: good")
    (start,) = _starts(theatre)
    assert start.servers[0].startswith("https://")
    assert ssl.create_default_context(cafile=start.ca_file).cert_store_stats()["x509"] == 1
    assert Path(start.ca_file).parent == theatre.folder
    assert _wrong(theatre) == [[""]]


def test_bad_certificates(theatre: Any) -> None:
    """Each server has its own; the recording names the bad ones by URL."""
    head = "settle: false\nservers: [main, standby]\ntls: {standby: wrong-name}"
    theatre.play("[start]", "standby-server", head=head)
    (start,) = _starts(theatre)
    assert [url.partition(":")[0] for url in start.servers] == ["http", "https"]
    assert _wrong(theatre) == [["", "wrong-name"]]


def test_new_address(theatre: Any) -> None:
    """A new address may have another certificate, and has the scenario's otherwise."""
    steps = "[start, start: {newAddress: true, tls: expired}, start: {newAddress: true}]"
    theatre.play(steps, head="settle: false\ntls: good")
    assert _wrong(theatre) == [[""], ["expired"], [""]]
    assert len({start.servers for start in _starts(theatre)}) == 3


def test_settles_in_trust(theatre: Any) -> None:
    """Who had a bad certificate before has a good one, elsewhere, as all is put right."""
    theatre.play("[start]", head="tls: untrusted")
    assert _wrong(theatre) == [["untrusted"], [""]]
