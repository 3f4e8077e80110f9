"""Sites that speak https, with certificates good and bad."""

import asyncio
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import pytest

from mock_server import Fault


def _trusting(stage: Any) -> ssl.SSLContext:
    """Return what a client that trusts the mock's authority alone connects with."""
    return ssl.create_default_context(cadata=stage.mock.authority_pem.decode())


async def _connect(url: str, context: ssl.SSLContext) -> Any:
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port, ssl=context)


async def _report(stage: Any, url: str) -> bytes:
    """Submit over https and read until the connection ends."""
    reader, writer = await _connect(url, _trusting(stage))
    body = stage.usage_body()
    head = "POST /dls/usage HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    try:
        return await reader.read()
    finally:
        writer.close()


def test_serves(play: Any) -> None:
    """A client that trusts the authority is served as by http."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="good")
        assert url.startswith("https://127.0.0.1:")
        assert (await _report(stage, url)).startswith(b"HTTP/1.1 200 ")

    stage = play(story)
    assert stage.mock.ledger.totals == {"200001-demo": 2}
    assert stage.last.base.startswith("https://")
    assert stage.last.delivery.closing == "closed"


def test_is_good_whenever(play: Any) -> None:
    """A good certificate holds by the real time, and by any that a scenario may have."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="good")
        _, writer = await _connect(url, _trusting(stage))
        shown = writer.get_extra_info("peercert")
        assert shown["notBefore"] == "Jan  1 00:00:00 2000 GMT"
        assert shown["notAfter"] == "Jan  1 00:00:00 2999 GMT"
        writer.close()

    play(story)


@pytest.mark.parametrize(
    ("certificate", "complaint"),
    [
        ("untrusted", "unable to get local issuer certificate"),
        ("expired", "certificate has expired"),
        ("wrong-name", "IP address mismatch"),
    ],
)
def test_shows_a_bad_certificate(play: Any, certificate: Any, complaint: str) -> None:
    """A client that verifies ends the handshake, for the reason that was asked for."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate=certificate)
        with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
            await _report(stage, url)

    assert not play(story).exchanges


def test_a_careless_client_is_served(play: Any) -> None:
    """Who verifies nothing is answered, and seen."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="expired")
        careless = ssl.create_default_context()
        careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
        _, writer = await _connect(url, careless)
        writer.write(b"GET /dls/health HTTP/1.1\r\nHost: mock\r\n\r\n")
        await stage.until(lambda: stage.exchanges)
        writer.close()

    assert play(story).last.path == "/dls/health"


@pytest.mark.parametrize(
    ("damage", "ending"),
    [("reset", ConnectionResetError), ("close", None), ("truncated", None)],
)
def test_faults_strike(play: Any, damage: Any, ending: Any) -> None:
    """Faults do to a TLS connection what they do to a plain one."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="good")
        stage.mock.arm(Fault(do=damage))
        if ending:
            with pytest.raises(ending):
                await _report(stage, url)
        else:
            answer = await _report(stage, url)
            assert len(answer) == stage.last.delivery.answer_bytes

    assert play(story).last.fault == f"{damage} on request 1"


def test_no_hello(play: Any) -> None:
    """A client that connects and says nothing does not keep the mock from closing."""
    idle: list[socket.socket] = []

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="good")
        parts = urlsplit(url)
        idle.append(socket.create_connection((parts.hostname, parts.port)))
        await asyncio.sleep(0)

    play(story)
    idle[0].settimeout(5)
    with idle[0]:
        assert idle[0].recv(1) == b""


def test_no_tls(play: Any) -> None:
    """A client that speaks http to an https site is cut off, and nothing happens."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="good")
        client = await stage.connect(url)
        client.write("GET", "/dls/health")
        assert b"HTTP/1.1" not in await client.reader.read()

    assert not play(story).exchanges


def test_goes_down(play: Any) -> None:
    """A server that is turned down refuses, https or not, and comes up again."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a", certificate="good")
        await stage.mock.turn("main", up=False)
        with pytest.raises(ConnectionRefusedError):
            await _report(stage, url)
        await stage.mock.turn("main", up=True)
        assert (await _report(stage, url)).startswith(b"HTTP/1.1 200 ")

    play(story)
