"""Claims about drivers that are processes and keep the contract."""

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.stdio import StdioDriver

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
GOOD = "serve(Good())"


def test_describes(workshop, describe):
    """The description arrives as a value."""
    described = workshop.drive(GOOD, describe)
    assert (described.sdk.name, described.product) == ("good", "dbr")
    assert "next-timer" in described.capabilities


def test_whole_session(workshop, start, operate):
    """Every method reaches the SDK, and its answers come back as instants and flags."""

    async def talk(driver):
        started = await driver.start(start)
        operated = await driver.operate(operate)
        ticked = await driver.advance(datetime(2026, 3, 1, 8, 3, tzinfo=UTC))
        await driver.set_clock(NOW - timedelta(days=1))
        await driver.stop()
        refused = await driver.operate(operate)
        return started, operated, ticked, refused

    started, operated, ticked, refused = workshop.drive(GOOD, talk)
    assert (started.authorized, started.error, started.next_timer) == (True, None, None)
    assert operated.performed
    assert operated.next_timer == datetime(2026, 3, 1, 8, 3, tzinfo=UTC)
    assert ticked.next_timer is None
    assert (refused.performed, refused.error.code) == (False, -1)


def test_params_are_sent_whole(workshop, start):
    """Every field of the contract is sent, null where it is not set."""
    workshop.drive(GOOD, lambda driver: driver.start(start))
    assert json.loads(workshop.trace.splitlines()[0]) == {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "start",
        "params": {
            "now": "2026-03-01T08:00:30.000Z",
            "cacheDir": "/nowhere/device-a",
            "servers": ["http://127.0.0.1:9"],
            "handshakeCode": "200001-demo",
            "organizationId": None,
            "sessionPassword": None,
            "productKeys": None,
            "timeZone": None,
            "caFile": None,
        },
    }


def test_empty_params_are_an_object(workshop):
    """Methods without params get an empty object."""
    workshop.drive(GOOD, lambda driver: driver.stop())
    assert json.loads(workshop.trace.splitlines()[0])["params"] == {}


def test_times_are_written_in_utc(workshop):
    """An instant of another offset goes out in UTC with exactly milliseconds."""
    at = datetime(2026, 3, 1, 9, 0, 30, 5999, timezone(timedelta(hours=1)))
    workshop.drive(GOOD, lambda driver: driver.advance(at))
    sent = json.loads(workshop.trace.splitlines()[0])
    assert sent["params"] == {"to": "2026-03-01T08:00:30.005Z"}


def test_made_up_method(workshop):
    """A driver that answers -32601 is honest about a made-up method."""
    assert workshop.drive(GOOD, lambda driver: driver.ask_unknown())


@pytest.mark.parametrize("answer", ["result={}", "error={'code': -32000}"])
def test_made_up_method_believed(workshop, answer):
    """A driver that answers a made-up method otherwise is not honest; that's no fault."""
    body = f"serve(0, lambda sdk, r: dict(jsonrpc='2.0', id=r['id'], {answer}))"
    assert not workshop.drive(body, lambda driver: driver.ask_unknown())


def test_log(workshop):
    """What the driver writes to its standard error is kept and is no fault."""

    async def talk(driver):
        await driver.describe()
        await driver.close()
        return driver.log

    body = "print('Grüße', file=sys.stderr)\nserve(Good())"
    assert workshop.drive(body, talk) == "Grüße\n"


def test_flooded_log(workshop):
    """10 MB on standard error hang nobody, and the last 64 KiB of it are kept."""

    async def talk(driver):
        await driver.describe()
        await driver.close()
        return driver.log

    body = """
        class Noisy(Good):
            def describe(self, params):
                for _ in range(10):
                    sys.stderr.write("x" * 1_000_000)
                sys.stderr.write("last")
                sys.stderr.flush()
                return super().describe(params)
        serve(Noisy())
    """
    log = workshop.drive(body, talk)
    assert len(log) == 64 * 1024
    assert log.endswith("xlast")


def test_long_answer(workshop, describe):
    """An answer of several megabytes is read."""
    body = """
        class Long(Good):
            def describe(self, params):
                return {**super().describe(params), "extra": "x" * 5_000_000}
        serve(Long())
    """
    assert workshop.drive(body, describe).contract == 1


def test_answer_in_pieces(workshop, describe):
    """An answer that comes in pieces, with Windows' line break, is read."""
    body = """
        def piecewise(sdk, request):
            text = json.dumps(answer(sdk, request))
            sys.stdout.write(text[:20])
            sys.stdout.flush()
            time.sleep(0.05)
            return text[20:] + "\\r"
        serve(Good(), piecewise)
    """
    assert workshop.drive(body, describe).contract == 1


def test_blank_lines(workshop, describe):
    """Blank lines are no messages and disturb nobody."""
    body = "say('')\nserve(Good(), lambda s, r: '\\n' + json.dumps(answer(s, r)) + '\\n')"
    assert workshop.drive(body, describe).contract == 1


def test_slow_but_busy(workshop, describe):
    """The ceiling counts from the last request that the mock saw."""
    begun = time.monotonic()

    def last_seen():
        # The mock sees requests for half a second, and then no more.
        return min(time.monotonic(), begun + 0.5)

    body = "time.sleep(0.6)\nserve(Good())"
    ceiling = timedelta(seconds=0.4)
    described = workshop.drive(body, describe, ceiling=ceiling, last_seen=last_seen)
    assert described.contract == 1


def test_ceiling_is_for_each_request(workshop):
    """Many quick requests may take longer in all than the ceiling of each."""

    async def talk(driver):
        for _ in range(8):
            await driver.advance(NOW)
            await asyncio.sleep(0.1)
        return True

    assert workshop.drive(GOOD, talk, ceiling=timedelta(seconds=0.5))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["no-such-program-here"], "No such file"),
        (["./plain.txt"], "Permission denied"),
        ([sys.executable, "a\0b"], "null byte"),
    ],
)
def test_cannot_be_started(workshop, command, why):
    """A command that cannot be started is the user's mistake, named with its reason."""
    (workshop.folder / "plain.txt").write_text("no program", encoding="utf-8")

    async def main():
        await StdioDriver.launch(
            command,
            cwd=workshop.folder,
            env={"PATH": "/usr/bin:/bin"},
            name="acme",
            ceiling=timedelta(seconds=1),
            last_seen=lambda: 0.0,
        )

    with pytest.raises(BadInput, match=why) as caught:
        workshop.run(main)
    assert "driver 'acme'" in str(caught.value)
    assert command[0] in str(caught.value)


def test_relative_command(workshop):
    """A relative program is found from the working folder."""
    program = workshop.folder / "driver.sh"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} {GOOD_PATH}\n")
    program.chmod(0o755)

    async def main():
        driver = await StdioDriver.launch(
            ["./driver.sh"],
            cwd=workshop.folder,
            env=dict(os.environ),
            name="acme",
            ceiling=timedelta(seconds=20),
            last_seen=lambda: 0.0,
        )
        try:
            return await driver.describe()
        finally:
            await driver.close()

    assert workshop.run(main).contract == 1


GOOD_PATH = Path(__file__).parent / "good_driver.py"
