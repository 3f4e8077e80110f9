"""The driver keeps to the contract."""

from collections.abc import Callable

import pytest
from device import Device, at, render
from licence_server import LicenceServer


def test_describes_itself(make_device: Callable[..., Device]) -> None:
    """Generation and product come from the environment."""
    described = make_device(DLS_GENERATION="lts", DLS_PRODUCT="dwt").call("describe")
    assert (described["contract"], described["clock"]) == (1, "injected")
    assert (described["generation"], described["product"]) == ("lts", "dwt")
    assert "organization-id" not in described["capabilities"]


def test_says_what_it_can(make_device: Callable[..., Device]) -> None:
    """Repeats are a matter of scanning video, which a document scanner does not do."""
    scanner, scans_pages = (
        set(make_device(DLS_PRODUCT=product).call("describe")["capabilities"])
        for product in ("dbr", "dwt")
    )
    assert {"time-zone", "shared-cache", "video-deduplication"} <= scanner
    assert scanner - scans_pages == {"video-deduplication"}


def test_unknown_method_is_refused(device: Device) -> None:
    """A made-up method gets JSON-RPC's own error code."""
    assert device.ask("fly")["error"]["code"] == -32601


def test_exits_with_stdin(device: Device) -> None:
    """The end of stdin ends the driver with code 0."""
    device.start(0)
    assert device.end() == 0


def test_without_a_session(device: Device, server: LicenceServer) -> None:
    """Before a start nothing is performed, nothing is due, and stop does nothing."""
    assert device.stop() == {}
    assert device.operate(0)["performed"] is False
    assert device.advance(600) == {"nextTimer": None}
    assert server.requests == []


def test_timers_fire_at_their_own_time(device: Device) -> None:
    """The next timer is start + 180 s, and then 180 s on, wherever the clock is sent."""
    assert device.start(30)["nextTimer"] == render(at(210))
    assert device.advance(209)["nextTimer"] == render(at(210))
    assert device.advance(210)["nextTimer"] == render(at(390))
    assert device.advance(1000)["nextTimer"] == render(at(1110))
    assert device.advance(500)["nextTimer"] == render(at(1110))


def test_due_timer_fires_before_the_operation(
    device: Device, server: LicenceServer
) -> None:
    """An operation at the very time of a tick is not in that tick's submission."""
    device.start(0)
    device.operate(179)
    device.operate(180)
    assert [r["timeLabel"] for r in server.submissions()[0]] == ["2026-03-01T08:00:00Z"]
    assert len(server.submissions()) == 1


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_setting_the_clock_moves_no_timer(device: Device, jump: int) -> None:
    """A timer that had 80 s to go has 80 s to go."""
    device.start(0)
    device.advance(100)
    assert device.set_clock(100 + jump)["nextTimer"] == render(at(180 + jump))
    assert device.advance(180 + jump)["nextTimer"] == render(at(360 + jump))


def test_unknown_variant_is_named(make_device: Callable[..., Device]) -> None:
    """A variant that does not exist ends the driver."""
    device = make_device(DLS_VARIANT="no-such-variant")
    device.send("describe")
    assert device.end() == 1
