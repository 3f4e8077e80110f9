"""Claims about drivers that dial in by websocket, with real programs at the other end."""

import asyncio
import os
import sys
import textwrap
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvloop

from harness.documents.bad_input import BadInput
from harness.drivers.contract import Operate, Start
from harness.drivers.driver import DriverFault
from harness.drivers.sdk_file import load_sdk_file
from harness.drivers.websocket import Websocket, WebsocketDriver

HERE = Path(__file__).parent
LONGEST = timedelta(seconds=20)

#: A program that dials in and answers with the good driver, unless its `reply` is spoilt.
PROGRAM = """
import asyncio, json, os, sys
import aiohttp
from good_driver import Good, answer

async def reply(socket, request):
    await socket.send_str(json.dumps(answer(sdk, request)))

sdk = Good()
{spoilt}
async def main():
    async with aiohttp.ClientSession() as client:
        async with client.ws_connect(os.environ["DLS_DRIVER_URL"]) as socket:
            async for message in socket:
                await reply(socket, json.loads(message.data))
    print("hung up on", file=sys.stderr)

asyncio.run(main())
"""

type Talk = Callable[[WebsocketDriver], Awaitable[Any]]


@pytest.fixture
def drive(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    """Return what lets a story talk to a program that dials in."""
    is_other_loop = getattr(request, "param", "asyncio") == "uvloop"
    factory = uvloop.new_event_loop if is_other_loop else None

    async def talked(talk: Talk, spoilt: str, ceiling: timedelta) -> Any:
        program = tmp_path / "program.py"
        program.write_text(PROGRAM.format(spoilt=textwrap.dedent(spoilt)), encoding="utf-8")
        driver = await WebsocketDriver.launch(
            Websocket(command=(sys.executable, str(program))),
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(HERE)},
            name="dials-in",
            ceiling=ceiling,
            last_seen=lambda: 0.0,
        )
        try:
            return await talk(driver)
        finally:
            await driver.close()

    def run(talk: Talk, spoilt: str = "", ceiling: timedelta = LONGEST) -> Any:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(talked(talk, spoilt, ceiling))

    return run


@pytest.mark.parametrize("drive", ["asyncio", "uvloop"], indirect=True)
def test_whole_session(drive: Any, start: Start, operate: Operate) -> None:
    """A driver that dials in is asked everything, hung up on, and ends by itself."""
    drivers = []

    async def talk(driver: WebsocketDriver) -> Any:
        drivers.append(driver)
        told = await driver.describe()
        assert await driver.ask_unknown()
        began = await driver.start(start)
        worked = await driver.operate(operate)
        ticked = await driver.advance(operate.now + timedelta(minutes=3))
        await driver.stop()
        return told.sdk.name, began.authorized, worked.performed, ticked.next_timer

    assert drive(talk) == ("good", True, True, None)
    assert drivers[0].ended_by_itself
    assert "hung up on" in drivers[0].log


SPOILT = {
    "binary": (
        'async def reply(socket, request): await socket.send_bytes(b"{}")',
        "messages of text",
    ),
    "twice": (
        """
        async def reply(socket, request):
            for _ in range(2):
                await socket.send_str(json.dumps(answer(sdk, request)))
        """,
        "no message, since every request was answered",
    ),
    "no JSON": (
        'async def reply(socket, request): await socket.send_str("hello")',
        "message 1 of its messages",
    ),
    "hangs up": (
        "async def reply(socket, request): await socket.close()",
        "the end of its connection",
    ),
    "exits": ("async def reply(socket, request): os._exit(7)", "an answer"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_against_the_contract_is_blamed(drive: Any, spoilt: str) -> None:
    """Whatever a driver does in place of one answer is told, and ends it."""
    body, told = SPOILT[spoilt]

    async def talk(driver: WebsocketDriver) -> Any:
        await driver.describe()
        # A second answer may come only now.
        await asyncio.sleep(0.05)
        await driver.describe()

    with pytest.raises(DriverFault, match=told) as caught:
        drive(talk, body)
    assert "dials-in" in str(caught.value)


def test_nobody_dials_in(drive: Any) -> None:
    """Who waits in vain is told where somebody should have dialled in."""
    with pytest.raises(DriverFault, match="somebody to dial in at ws:") as caught:
        drive(
            lambda driver: driver.describe(), "asyncio.run(asyncio.sleep(60))", LONGEST / 40
        )
    assert "DLS_DRIVER_URL" in str(caught.value)


def test_program_that_ends_before_it_dials(drive: Any) -> None:
    """A program that ends is told at once, with what it wrote."""
    with pytest.raises(DriverFault, match="exit with code 3") as caught:
        drive(lambda driver: driver.describe(), 'print("no", file=sys.stderr); sys.exit(3)')
    assert "| no" in str(caught.value)


def test_killed(drive: Any) -> None:
    """A crash is SIGKILL for the program that dialled in."""

    async def talk(driver: WebsocketDriver) -> Any:
        await driver.describe()
        await driver.kill()
        return driver.log

    assert "hung up on" not in drive(talk)


def test_one_at_a_time(drive: Any) -> None:
    """A second one that dials in is sent away, and does not disturb the first."""

    async def talk(driver: WebsocketDriver) -> Any:
        await driver.describe()
        async with aiohttp.ClientSession() as client, client.ws_connect(driver.url) as two:
            closed = await two.receive()
        await driver.describe()
        return closed.extra

    assert drive(talk).startswith("one driver at a time")


def test_killed_where_there_is_no_program(tmp_path: Path) -> None:
    """Whoever dialled in without being started is hung up on at once."""

    async def talk() -> None:
        driver = await WebsocketDriver.launch(
            Websocket(),
            cwd=tmp_path,
            env=os.environ,
            name="app",
            ceiling=LONGEST,
            last_seen=lambda: 0.0,
        )
        async with aiohttp.ClientSession() as app, app.ws_connect(driver.url) as socket:
            await asyncio.wait_for(driver.kill(), LONGEST.total_seconds())
            message = await asyncio.wait_for(socket.receive(), LONGEST.total_seconds())
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)

    asyncio.run(talk())


def test_port_that_is_taken(tmp_path: Path) -> None:
    """A port of another program is told with the way out."""

    async def opened() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        taken = server.sockets[0].getsockname()[1]
        settings: dict[str, Any] = {"name": "a", "ceiling": LONGEST, "cwd": tmp_path}
        try:
            await WebsocketDriver.launch(
                Websocket(port=taken), env={}, last_seen=lambda: 0.0, **settings
            )
        finally:
            server.close()

    with pytest.raises(BadInput, match="another `port` in the SDK's file"):
        asyncio.run(opened())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{}", "a command or a page that dials in, or a port"),
        ("{command: [a], page: b.html}", "a command or a page, got both"),
        ("{port: 0}", ">= 1"),
        ("", "expected a value, got nothing"),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, text: str, wrong: str) -> None:
    """A file that says nobody who dials in is refused with its line."""
    path = tmp_path / "acme.yaml"
    path.write_text(f"name: a\ndriver:\n  websocket: {text}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=rf"acme.yaml:3.*{wrong}"):
        load_sdk_file(path)


def test_file(tmp_path: Path) -> None:
    """A file says who dials in, and where."""
    path = tmp_path / "acme.yaml"
    path.write_text(
        "name: a\ndriver: {websocket: {port: 8123, host: 0.0.0.0}}\n", encoding="utf-8"
    )
    assert load_sdk_file(path).websocket == Websocket(host="0.0.0.0", port=8123)
