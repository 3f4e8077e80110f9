"""Claims about the end of drivers that are processes."""

import asyncio
from datetime import timedelta

import pytest

from harness.drivers.driver import DriverKilled

GOOD = "serve(Good())"


def test_end_of_input(workshop):
    """A driver that exits at the end of its input has ended by itself."""

    async def talk(driver):
        await driver.describe()
        await driver.close()
        return driver.ended_by_itself, driver.fault

    assert workshop.drive(GOOD, talk) == (True, None)
    assert workshop.trace.endswith("end of input\n")


def test_what_is_written_at_the_end(workshop):
    """What a driver writes after the end of its input is no fault."""

    async def talk(driver):
        await driver.describe()
        await driver.close()
        return driver.fault

    assert workshop.drive(GOOD + "; say('bye')", talk) is None


def test_input_end_is_ignored(workshop):
    """A driver that ignores the end of its input is killed after the grace."""

    async def talk(driver):
        await driver.describe()
        await driver.close()
        return driver.ended_by_itself

    body = GOOD + "\ntime.sleep(60)"
    assert workshop.drive(body, talk, grace=timedelta(seconds=0.1)) is False


def test_sigterm_is_ignored(workshop):
    """Ignoring signals does not keep a driver alive."""

    async def talk(driver):
        await driver.describe()
        await driver.close()

    body = f"""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        {GOOD}
        time.sleep(60)
    """
    workshop.drive(body, talk, grace=timedelta(seconds=0.1))


CHILD = """
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )
    child.stdout.readline()
    print(child.pid, file=sys.stderr, flush=True)
    child.returncode = 0  # nobody waits for it
    sys.stderr.flush()
"""


@pytest.mark.parametrize("end", ["close", "kill"])
def test_children_end_too(workshop, is_gone_soon, end):
    """A process that the driver leaves behind ends with it."""

    async def talk(driver):
        await driver.describe()
        await getattr(driver, end)()
        return int(driver.log.split()[0])

    child = workshop.drive(CHILD + "    serve(Good())", talk)
    assert is_gone_soon(child)


GRANDCHILD = """
    ready, told = os.pipe()
    if not os.fork():
        os.setsid()
        if os.fork():
            os._exit(0)
        child = 0
        HOLDING
        os.write(told, f"{os.getpid()} {child}".encode())
        time.sleep(60)
        os._exit(0)
    os.wait()
    print(os.read(ready, 40).decode(), file=sys.stderr, flush=True)
    serve(Good())
"""
BARE = """child = os.fork()
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        child or os.execve(sys.executable, command, {})"""
HOLDINGS = {
    "the-pipes": "",
    "nothing": "[os.close(one) for one in range(3)]",
    "a-child-without-environment": BARE,
}


@pytest.mark.parametrize("end", ["close", "kill"])
@pytest.mark.parametrize("holding", HOLDINGS)
def test_what_left_its_session_ends_too(workshop, is_gone_soon, holding, end):
    """What called setsid, and whose parent has ended, neither hangs nor outlives us."""

    async def talk(driver):
        await driver.describe()
        await getattr(driver, end)()
        return [int(word) for word in driver.log.split()[:2] if word != "0"]

    body = GRANDCHILD.replace("HOLDING", HOLDINGS[holding])
    escaped = workshop.drive(body, talk)
    assert len(escaped) == (2 if holding.startswith("a-child") else 1)
    assert all(map(is_gone_soon, escaped))


def test_kill_is_a_crash(workshop):
    """A killed driver never comes to do what it does at the end of its input."""

    async def talk(driver):
        await driver.describe()
        await driver.kill()
        return driver.fault, driver.ended_by_itself

    assert workshop.drive(GOOD, talk) == (None, None)
    assert "end of input" not in workshop.trace


def test_killed_driver_is_not_asked(workshop):
    """To ask a killed driver is our own mistake, not a fault of the driver."""

    async def talk(driver):
        await driver.kill()
        await driver.describe()

    with pytest.raises(RuntimeError, match="was killed; open a new one"):
        workshop.drive(GOOD, talk)


def test_one_at_a_time(workshop):
    """A second request before the answer to the first is our own mistake."""

    async def talk(driver):
        first = asyncio.ensure_future(driver.describe())
        await asyncio.sleep(0)
        try:
            await driver.stop()
        finally:
            await first

    with pytest.raises(RuntimeError, match="describe is not answered yet"):
        workshop.drive(GOOD, talk)


def test_closed_meanwhile(workshop):
    """To close a driver ends the request that it has not answered."""

    async def talk(driver):
        request = asyncio.ensure_future(driver.describe())
        await asyncio.sleep(0)
        await driver.close()
        await request

    with pytest.raises(RuntimeError, match="was closed meanwhile"):
        workshop.drive("time.sleep(60)", talk, grace=timedelta(seconds=0.1))


def test_killed_meanwhile(workshop):
    """To kill a driver ends the request that it has not answered, as no fault of its."""

    async def talk(driver):
        request = asyncio.ensure_future(driver.describe())
        await asyncio.sleep(0)
        await driver.kill()
        await request

    with pytest.raises(DriverKilled, match="was killed meanwhile"):
        workshop.drive("time.sleep(60)", talk)


def test_request_given_up(workshop):
    """A request that is cancelled takes the driver with it: it would be out of step."""

    async def talk(driver):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await driver.describe()
        await driver.describe()

    with pytest.raises(RuntimeError, match="left in the middle of a request"):
        workshop.drive("time.sleep(60)", talk)
