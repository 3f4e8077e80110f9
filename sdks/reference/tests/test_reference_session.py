"""The SDK gets authorised, and says so."""

import json
from collections.abc import Callable

import pytest
from device import Device, Message
from licence_server import HOLD, RESET, LicenceServer, refusal

DAY = 86_400


def test_asks_with_what_is_configured(device: Device, server: LicenceServer) -> None:
    """The request carries UUID, code and password unchanged."""
    device.start(0, sessionPassword="secret")
    (request,) = server.authorisations()
    assert request["handshakeCode"] == "200001-Demo "
    assert request["sessionPassword"] == "secret"
    assert request["clientUuid"]


@pytest.mark.parametrize("how", ["stop", "kill", "in-process"])
def test_uuid_stays(device: Device, server: LicenceServer, how: str) -> None:
    """The client UUID outlives a stop, a kill and a restart in the same process."""
    device.start(0)
    if how == "kill":
        device.kill()
    elif how == "stop":
        device.stop()
    device.start(60)
    first, second = server.authorisations()
    assert first["clientUuid"] == second["clientUuid"]


def test_uuid_is_new_after_a_wipe(device: Device, server: LicenceServer) -> None:
    """An emptied cache has a UUID of its own."""
    device.start(0)
    device.stop()
    device.wipe()
    device.start(60)
    first, second = server.authorisations()
    assert first["clientUuid"] != second["clientUuid"]


def test_refusal_is_final(
    device: Device, server: LicenceServer, standby: LicenceServer
) -> None:
    """A definitive refusal fails the start, ends the search and voids the local licence."""
    device.servers.append(standby.url)
    device.start(0)
    device.stop()
    server.authorisation_script.append(refusal(120))
    assert device.start(60)["error"]["code"] == -20120
    assert device.operate(61)["performed"] is False
    assert standby.requests == []
    server.authorisation_script.append(RESET)
    standby.authorisation_script.append(RESET)
    assert device.start(120)["error"]["code"] == -20200


@pytest.mark.parametrize(("generation", "code"), [("lts", -20003), ("dls", -20200)])
def test_unreachable(
    make_device: Callable[..., Device], server: LicenceServer, generation: str, code: int
) -> None:
    """Without a server a start lives on the local licence, as long as that holds."""
    device = make_device(DLS_GENERATION=generation)
    server.authorisation_script.append(RESET)
    assert device.start(0)["error"]["code"] == code
    assert device.start(10)["authorized"] is True
    server.authorisation_script.extend([refusal(100), RESET, RESET])
    assert device.start(6 * DAY)["authorized"] is True
    assert device.operate(6 * DAY)["performed"] is True
    assert device.start(6 * DAY + 60, handshakeCode="other")["error"]["code"] == code
    assert device.start(8 * DAY)["error"]["code"] == code


@pytest.mark.parametrize("main_answer", [refusal(100), RESET])
def test_failover(
    device: Device,
    server: LicenceServer,
    standby: LicenceServer,
    main_answer: Message | str,
) -> None:
    """The standby grants where main cannot, and then gets the reports."""
    device.servers.append(standby.url)
    server.authorisation_script.append(main_answer)
    assert device.start(0)["authorized"] is True
    device.operate(10)
    device.advance(180)
    assert len(server.authorisations()) == 1
    assert server.submissions() == []
    assert len(standby.submissions()) == 1


def test_main_server_is_gone(
    device: Device, server: LicenceServer, standby: LicenceServer
) -> None:
    """A port that nobody listens on is a reason to ask the standby."""
    device.servers.append(standby.url)
    server.close()
    assert device.start(0)["authorized"] is True


@pytest.mark.parametrize("selector", ["handshakeCode", "organizationId"])
def test_two_kinds_of_licence(device: Device, server: LicenceServer, selector: str) -> None:
    """Product keys beside a tracked licence are refused without asking."""
    device.configuration = {selector: "x", "productKeys": "t00..."}
    assert device.start(0)["error"]["code"] == -20006
    assert server.requests == []


@pytest.mark.parametrize("named", ["200001-granted", None])
def test_organization_alone(
    device: Device, server: LicenceServer, named: str | None
) -> None:
    """Reports carry the code that the grant named; without one, the organization ID."""
    device.configuration = {"organizationId": "200001"}
    server.grant["handshakeCode"] = named
    device.start(0)
    device.operate(1)
    device.advance(180)
    ((report,),) = server.submissions()
    assert report.get("handshakeCode") == named
    assert report.get("organizationId") == (None if named else "200001")


def test_time_out_is_real_time(
    make_device: Callable[..., Device], server: LicenceServer
) -> None:
    """A server that says nothing costs the time-out, and the report waits."""
    device = make_device(DLS_REQUEST_TIMEOUT="0.1")
    device.start(0)
    device.operate(1)
    server.script.append(HOLD)
    device.advance(180)
    device.start(181)
    first, second = server.submissions()
    assert json.dumps(first) == json.dumps(second)


def test_path_prefix_is_kept(device: Device, server: LicenceServer) -> None:
    """A server's URL may have a path and a slash at its end."""
    device.servers = [server.url + "/licensing/"]
    device.start(0)
    assert server.requests[0][1] == "/licensing/dls/authorization"
