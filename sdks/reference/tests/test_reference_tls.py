"""The given authority is the only one that is trusted."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from device import Device
from licence_server import LicenceServer


@pytest.fixture
def authority(server: LicenceServer) -> trustme.CA:
    """Whose certificate the server uses from now on."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.wrap(context)
    return authority


def test_given_authority(
    device: Device, server: LicenceServer, authority: trustme.CA, tmp_path: Path
) -> None:
    """A server with a certificate of the given authority is asked."""
    device.servers = [server.url]
    assert device.start(0, caFile=ca_file(authority, tmp_path))["authorized"] is True


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize(("variant", "is_asked"), [("", False), ("trusts-anyone", True)])
def test_other_authority(
    make_device: Callable[..., Device],
    server: LicenceServer,
    tmp_path: Path,
    variant: str,
    is_asked: bool,
) -> None:
    """Under any other certificate a server hears nothing, unless a client trusts anyone."""
    other = ca_file(trustme.CA(), tmp_path)
    device = make_device(DLS_VARIANT=variant)
    device.servers = [server.url]
    assert device.start(0, caFile=other)["authorized"] is is_asked
    assert bool(server.requests) is is_asked


@pytest.mark.parametrize(("variant", "is_asked"), [("", False), ("any-host-name", True)])
def test_other_name(
    make_device: Callable[..., Device],
    server: LicenceServer,
    authority: trustme.CA,
    tmp_path: Path,
    variant: str,
    is_asked: bool,
) -> None:
    """A certificate is good for its own names, unless a client does not look."""
    device = make_device(DLS_VARIANT=variant)
    device.servers = [server.url.replace("127.0.0.1", "localhost")]
    answer = device.start(0, caFile=ca_file(authority, tmp_path))
    assert answer["authorized"] is is_asked
    assert bool(server.requests) is is_asked


def ca_file(authority: trustme.CA, folder: Path) -> str:
    """A file with the authority's certificate."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)
