"""The given authority is the only one that is trusted."""

import shutil
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from device import Device
from licence_server import LicenceServer

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


@pytest.fixture
def certificate(tmp_path: Path, server: LicenceServer) -> Path:
    """A self-signed certificate; the server uses it from now on."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make_certificate(key, certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server.wrap(context)
    return certificate


def test_given_authority(device: Device, server: LicenceServer, certificate: Path) -> None:
    """A server with a certificate of the given authority is asked."""
    device.servers = [server.url]
    assert device.start(0, caFile=str(certificate))["authorized"] is True


@pytest.mark.parametrize(("variant", "is_asked"), [("", False), ("trusts-anyone", True)])
def test_other_authority(
    make_device: Callable[..., Device],
    server: LicenceServer,
    certificate: Path,  # noqa: ARG001
    tmp_path: Path,
    variant: str,
    is_asked: bool,
) -> None:
    """Under any other certificate a server hears nothing, unless a client trusts anyone."""
    other = tmp_path / "other.pem"
    make_certificate(tmp_path / "other-key.pem", other)
    device = make_device(DLS_VARIANT=variant)
    device.servers = [server.url]
    assert device.start(0, caFile=str(other))["authorized"] is is_asked
    assert bool(server.requests) is is_asked


def make_certificate(key: Path, certificate: Path) -> None:
    """A certificate for 127.0.0.1 that signs itself."""
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", *request.split(), *names, *files], check=True, capture_output=True
    )
