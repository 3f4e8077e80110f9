"""The SDK counts, and reports what it has counted, once."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from device import Device
from licence_server import GARBAGE, LOSE, NOT_ACCEPTED, RESET, LicenceServer

DAY = 86_400


def labels(reports: list[dict[str, str]]) -> list[str]:
    """The time of day of each report's label."""
    return [report["timeLabel"][11:19] for report in reports]


def test_happy_path(device: Device, server: LicenceServer) -> None:
    """One report a slot, sent at the tick after it has closed, and nothing when idle."""
    device.start(30)
    device.operate(40)
    device.operate(50, "CODE_128", count=2)
    device.operate(60, count=5, success=False, content="private")
    device.operate(190)
    device.advance(3600)
    first, second = server.submissions()
    assert labels(first) == ["08:00:00"]
    assert first[0]["usage"] == [
        {"type": "QR_CODE", "count": 1},
        {"type": "CODE_128", "count": 2},
    ]
    assert first[0]["handshakeCode"] == "200001-Demo "
    assert first[0]["clientUuid"] == server.authorisations()[0]["clientUuid"]
    assert labels(second) == ["08:03:00"]
    assert "private" not in str(server.requests)


@pytest.mark.parametrize(
    ("generation", "expected"),
    [
        ("dls", ["08:00:00", "08:00:00", "08:03:00", "08:03:00", "08:06:00"]),
        ("lts", ["07:57:01", "08:00:01", "08:00:01", "08:03:01", "08:03:01"]),
    ],
)
def test_boundaries(
    make_device: Callable[..., Device],
    server: LicenceServer,
    generation: str,
    expected: list[str],
) -> None:
    """A multiple of 180 s opens a slot in DLS and closes one in LTS."""
    device = make_device(DLS_GENERATION=generation)
    device.start(0)
    for place, seconds in enumerate([0, 179.999, 180, 181, 360]):
        device.operate(seconds, f"TYPE_{place}")
    device.advance(1800)
    usage = {
        entry["type"]: report["timeLabel"][11:19]
        for reports in server.submissions()
        for report in reports
        for entry in report["usage"]
    }
    assert [usage[f"TYPE_{place}"] for place in range(5)] == expected


@pytest.mark.parametrize("failure", [500, 503, 201, GARBAGE, NOT_ACCEPTED, RESET, LOSE])
def test_failed_report_waits(
    device: Device, server: LicenceServer, failure: str | int
) -> None:
    """A failed report is left alone in its session and goes out, identical, in the next."""
    device.start(0)
    device.operate(10)
    server.script.append(failure)
    device.advance(180)
    device.operate(200)
    device.advance(1800)
    device.stop()
    assert [labels(reports) for reports in server.submissions()] == [
        ["08:00:00"],
        ["08:03:00"],
    ]
    device.start(1801)
    failed, _, again = server.submissions()
    assert again == failed
    device.start(1802)
    assert len(server.submissions()) == 3


def test_restart_within_the_slot(device: Device, server: LicenceServer) -> None:
    """Units of before and after the restart are one report."""
    device.start(0)
    device.operate(10)
    device.stop()
    device.start(20)
    device.operate(30)
    device.kill()
    device.start(40)
    device.operate(50)
    assert server.submissions() == []
    device.advance(400)
    ((report,),) = server.submissions()
    assert report["usage"] == [{"type": "QR_CODE", "count": 3}]


@pytest.mark.parametrize(
    ("generation", "days", "is_sent"),
    [("dls", 29, True), ("dls", 31, False), ("lts", 29, True), ("lts", 400, True)],
)
def test_retention(
    make_device: Callable[..., Device],
    server: LicenceServer,
    generation: str,
    days: int,
    is_sent: bool,
) -> None:
    """DLS purges what is older than thirty days; LTS purges nothing."""
    device = make_device(DLS_GENERATION=generation)
    device.start(0)
    device.operate(10)
    device.stop()
    device.start(days * DAY)
    assert len(server.submissions()) == is_sent


def test_code_of_the_usage_is_kept(device: Device, server: LicenceServer) -> None:
    """A report keeps its handshake code when the application changes to another."""
    device.start(0)
    device.operate(10)
    device.stop()
    device.start(300, handshakeCode="other")
    ((report,),) = server.submissions()
    assert report["handshakeCode"] == "200001-Demo "


def test_sealed_report_grows_no_more(device: Device, server: LicenceServer) -> None:
    """Units of a slot whose report has already failed are a further report."""
    device.start(0)
    device.operate(10)
    server.script.append(500)
    device.advance(180)
    device.set_clock(20)
    device.operate(30)
    device.stop()
    device.start(400)
    failed, again = server.submissions()
    assert again[0] == failed[0]
    assert [report["usage"][0]["count"] for report in again] == [1, 1]


def test_large_backlog(device: Device, server: LicenceServer) -> None:
    """A thousand slots go out at once, 500 reports a request, and leave a small journal."""
    device.start(0)
    server.script.extend([500] * 1000)
    for slot in range(1000):
        device.operate(slot * 180)
    device.stop()
    server.script.clear()
    server.requests.clear()
    device.start(1000 * 180)
    assert [len(reports) for reports in server.submissions()] == [500, 500]
    assert all(a["timeLabel"] < b["timeLabel"] for a, b in pairwise(server.stored))
    assert journal(device).stat().st_size == 0


def test_torn_last_line(device: Device, server: LicenceServer) -> None:
    """Half an entry at the end of the journal is as good as none."""
    device.start(0)
    device.operate(10)
    device.kill()
    with journal(device).open("ab") as file:
        file.write(b'{"counted":1,"type":"QR_')
    device.start(20)
    device.operate(30)
    device.stop()
    device.start(400)
    ((report,),) = server.submissions()
    assert report["usage"] == [{"type": "QR_CODE", "count": 2}]


def journal(device: Device) -> Path:
    """The usage journal of a device."""
    return device.cache_dir / "usage.jsonl"


@pytest.mark.parametrize(
    ("second", "seconds", "counted"),
    [
        ({}, [2.9], 1),
        ({}, [3.1], 2),
        ({}, [2.9, 5.8, 8.7], 1),
        ({}, [2.9, 6.1], 2),
        ({"content": "b"}, [1], 2),
        ({"usage_type": "CODE_128"}, [1], 2),
        ({"content": None}, [1, 2], 3),
        ({"success": False}, [1], 1),
    ],
)
def test_repeats_count_once(
    device: Device,
    server: LicenceServer,
    second: dict[str, str],
    seconds: list[float],
    counted: int,
) -> None:
    """The same symbol again within 3 s of its last sight is the same object."""
    device.start(0)
    device.operate(0, content="a")
    for moment in seconds:
        device.operate(moment, **{"content": "a", **second})
    device.advance(400)
    ((report,),) = server.submissions()
    assert sum(entry["count"] for entry in report["usage"]) == counted


def test_scanned_pages_are_no_repeats(
    make_device: Callable[..., Device], server: LicenceServer
) -> None:
    """Two pages with one text are two pages."""
    device = make_device(DLS_PRODUCT="dwt")
    device.start(0)
    for seconds in (1, 2):
        device.operate(seconds, content="a")
    device.advance(400)
    assert server.stored[0]["usage"][0]["count"] == 2


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Asia/Tokyo"])
def test_labels_are_in_utc(device: Device, server: LicenceServer, zone: str) -> None:
    """The device's time zone moves no label, nor does another one at the next start."""
    device.start(0, timeZone=zone)
    device.operate(10)
    device.start(20, timeZone="Pacific/Chatham")
    device.operate(190)
    device.advance(600)
    assert labels(server.stored) == ["08:00:00", "08:03:00"]


def test_labels_when_clocks_change(device: Device, server: LicenceServer) -> None:
    """The hour that a zone has twice, or never, is an hour like any other."""
    seven_hours = 25_200
    for change in (28 * DAY - seven_hours, 238 * DAY - seven_hours):
        device.start(change - 100, timeZone="Europe/Berlin")
        device.operate(change - 90)
        device.operate(change + 90)
        device.advance(change + 600)
    assert labels(server.stored) == ["00:57:00", "01:00:00"] * 2
