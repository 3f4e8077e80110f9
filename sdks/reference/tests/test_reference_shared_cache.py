"""Two processes on one cache directory: one device, and no report is sent by both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from device import Device
from licence_server import LicenceServer

Devices = tuple[Device, Device]


@pytest.fixture
def processes(make_device: Callable[..., Device]) -> Devices:
    """Two processes, one cache."""
    first, second = make_device(), make_device()
    second.cache_dir = first.cache_dir
    return first, second


def units(server: LicenceServer) -> int:
    """How many units the server has stored."""
    return sum(e["count"] for report in server.stored for e in report["usage"])


def journals(device: Device) -> list[str]:
    """The journals in a device's cache."""
    return [path.name for path in device.cache_dir.glob("usage*")]


def test_one_uuid(processes: Devices, server: LicenceServer) -> None:
    """Started at once on an empty cache, again and again, both have one UUID."""
    for _ in range(10):
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda process: process.start(0), processes))
        asked = {request["clientUuid"] for request in server.authorisations()}
        assert len(asked) == 1
        for process in processes:
            process.stop()
        processes[0].wipe()
        server.requests.clear()


def test_each_sends_its_own(processes: Devices, server: LicenceServer) -> None:
    """Both count in the same slots; every unit is sent once."""
    for process in processes:
        process.start(0)
    for seconds in (10, 20, 200):
        for process in processes:
            process.operate(seconds)
    for process in processes:
        process.advance(600)
    assert units(server) == 6
    assert len(server.submissions()) == 4


def test_failed_report_of_another_process(
    processes: Devices, server: LicenceServer
) -> None:
    """What a living process failed to send is left to it; once it is gone, it is not."""
    first, second = processes
    first.start(0)
    second.start(0)
    second.operate(10)
    server.script.append(500)
    second.advance(200)
    first.start(300)
    assert units(server) == 0
    second.kill()
    first.start(400)
    assert units(server) == 1
    first.start(500)
    assert units(server) == 1
    assert journals(first) == ["usage.jsonl"]


def test_kill_while_taking_over(processes: Devices, server: LicenceServer) -> None:
    """A journal that was taken over but is still there is not taken over again."""
    first, second = processes
    first.start(0)
    second.start(0)
    second.operate(10)
    second.kill()
    (orphan,) = first.cache_dir.glob("usage-*")
    content = orphan.read_bytes()
    first.start(20)
    assert not orphan.exists()
    orphan.write_bytes(content)
    first.start(30)
    first.advance(400)
    assert units(server) == 1
    assert not orphan.exists()


def test_compaction_keeps_the_lock(processes: Devices, server: LicenceServer) -> None:
    """A journal that was rewritten still belongs to the process that did so."""
    first, second = processes
    first.start(0)
    first.operate(10)
    for _ in range(1100):
        first.operate(20)
    first.advance(200)
    assert (first.cache_dir / "usage.jsonl").stat().st_size == 0
    first.operate(210)
    second.start(210)
    assert len(journals(first)) == 2
    assert units(server) == 1101
