"""Servers and devices for one test; all of them are gone when it ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from device import Device
from licence_server import LicenceServer


@pytest.fixture
def server() -> Iterator[LicenceServer]:
    """The main server."""
    server = LicenceServer()
    yield server
    server.close()


@pytest.fixture
def standby() -> Iterator[LicenceServer]:
    """The standby."""
    standby = LicenceServer()
    yield standby
    standby.close()


@pytest.fixture
def make_device(tmp_path: Path, server: LicenceServer) -> Iterator[Callable[..., Device]]:
    """Makes devices; the environment of their drivers is given by keyword."""
    devices: list[Device] = []

    def make(**environment: str) -> Device:
        devices.append(
            Device(tmp_path / f"device-{len(devices)}", [server.url], **environment)
        )
        return devices[-1]

    yield make
    for device in devices:
        device.kill()


@pytest.fixture
def device(make_device: Callable[..., Device]) -> Device:
    """A DLS device without a variant."""
    return make_device()
