"""Claims about drivers that are Python classes."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest

from harness.drivers.driver import DriverFault, DriverKilled
from harness.drivers.in_process import InProcessDriver

pytestmark = pytest.mark.usefixtures("restored_imports")


@pytest.fixture
def good(monkeypatch):
    """The class of the good driver, whose methods are the contract's."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    from good_driver import Good

    return Good


def drive(make, talk, **settings):
    async def session():
        driver = InProcessDriver(
            make,
            **{
                "env": {},
                "name": "acme",
                "ceiling": timedelta(seconds=20),
                "last_seen": lambda: 0.0,
            }
            | settings,
        )
        try:
            return await talk(driver)
        finally:
            await driver.close()

    return asyncio.run(session())


def blame(make, talk, **settings):
    with pytest.raises(DriverFault) as caught:
        drive(make, talk, **settings)
    return str(caught.value)


def test_whole_session(good, start, operate):
    """The class gets the params, and its dicts become values."""

    async def talk(driver):
        described = await driver.describe()
        started = await driver.start(start)
        operated = await driver.operate(operate)
        await driver.advance(operated.next_timer)
        await driver.set_clock(start.now)
        await driver.stop()
        return described.contract, started.authorized, operated.performed

    assert drive(good, talk) == (1, True, True)


def test_params_are_plain(start):
    """A method gets a plain dict of exactly the JSON-RPC params."""
    seen = []

    class Curious:
        def start(self, params):
            seen.append(params)
            return {"authorized": True}

    drive(Curious, lambda driver: driver.start(start))
    assert seen[0]["now"] == "2026-03-01T08:00:30.000Z"
    assert seen[0]["servers"] == ["http://127.0.0.1:9"]
    assert seen[0]["caFile"] is None


def test_blocking_does_not_block_us(good):
    """While the SDK blocks, our event loop goes on."""

    class Slow(good):
        def describe(self, params):
            time.sleep(0.2)
            return super().describe(params)

    async def talk(driver):
        request = asyncio.ensure_future(driver.describe())
        rounds = 0
        while not request.done():
            await asyncio.sleep(0.01)
            rounds += 1
        await request
        return rounds

    assert drive(Slow, talk) > 5


def test_misfit(describe, good):
    """What does not fit is blamed as in any driver."""

    class Bad(good):
        def describe(self, params):
            return {**super().describe(params), "capabilities": ["teleport"]}

    text = blame(Bad, describe)
    assert "driver 'acme' broke its contract in describe, class" in text
    assert "capabilities[0]: one of organization-id" in text
    assert "got       'teleport'" in text


def test_no_dict(describe):
    """A result that is no dict is blamed."""

    class Bad:
        def describe(self, _params):
            return None

    assert "got       None" in blame(Bad, describe)


def test_exception(describe):
    """An exception is a fault, told with the end of its traceback."""

    class Bad:
        def describe(self, _params):
            raise ValueError("boom")

    text = blame(Bad, describe)
    assert "got       ValueError: boom" in text
    assert 'raise ValueError("boom")' in text
    assert "not an exception" in text


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, StopIteration])
def test_odd_exceptions(describe, error):
    """Exceptions that mean something else to Python are faults, too."""

    class Bad:
        def describe(self, _params):
            raise error

    assert error.__name__ in blame(Bad, describe)


def test_constructor_raises(describe):
    """An object that cannot be made is a fault."""

    class Bad:
        def __init__(self):
            raise ValueError("boom")

    assert "ValueError: boom" in blame(Bad, describe)


def test_missing_method(describe):
    """A method of the contract that the class lacks is named."""
    text = blame(type("Empty", (), {}), describe)
    assert "expected  a method describe(params)" in text
    assert "none in the class Empty" in text


def test_made_up_method(good):
    """A class without the made-up method is honest."""
    assert drive(good, lambda driver: driver.ask_unknown())


def test_made_up_method_believed(good):
    """A class that has whatever it is asked for is not."""

    class Eager(good):
        def __getattr__(self, name):
            return lambda _params: {}

    assert not drive(Eager, lambda driver: driver.ask_unknown())


def test_hang(describe):
    """A call that hangs is a fault at the ceiling; its thread is left behind."""

    class Bad:
        def describe(self, _params):
            time.sleep(1)

    begun = time.monotonic()
    text = blame(Bad, describe, ceiling=timedelta(seconds=0.2))
    assert time.monotonic() - begun < 0.9
    assert "an answer within 200ms" in text
    assert "its thread is left behind" in text


def test_slow_but_busy(describe, good):
    """The ceiling counts from the last request that the mock saw."""

    class Slow(good):
        def describe(self, params):
            time.sleep(0.5)
            return super().describe(params)

    settings = {"ceiling": timedelta(seconds=0.2), "last_seen": time.monotonic}
    assert drive(Slow, describe, **settings).contract == 1


def test_kill(start, operate, good):
    """After a crash another object is there, which knows nothing of the first."""

    async def talk(driver):
        await driver.start(start)
        await driver.kill()
        return await driver.operate(operate)

    assert not drive(good, talk).performed


def test_killed_meanwhile(start, good):
    """What a dropped object still does is unheard; the next call is another's."""

    async def talk(driver):
        request = asyncio.ensure_future(driver.start(start))
        await asyncio.sleep(0)
        await driver.kill()
        with pytest.raises(DriverKilled, match="was killed meanwhile"):
            await request
        return await driver.describe()

    assert drive(good, talk).contract == 1


def test_kill_is_no_stop(start, good):
    """The object that is dropped is not asked to stop."""
    stopped = []

    class Watched(good):
        def stop(self, params):
            stopped.append(self)
            return super().stop(params)

    async def talk(driver):
        await driver.start(start)
        await driver.kill()

    drive(Watched, talk)
    assert stopped == []


def test_close_stops(start, good):
    """To close a driver stops the SDK, as the end of input does to a process."""
    stopped = []

    class Watched(good):
        def stop(self, params):
            stopped.append(self)
            return super().stop(params)

    async def talk(driver):
        await driver.start(start)
        await driver.close()
        return driver.ended_by_itself

    assert drive(Watched, talk) is True
    assert len(stopped) == 1


def test_closed_driver_is_not_asked(good):
    """To ask a closed driver is our own mistake."""

    async def talk(driver):
        await driver.close()
        await driver.describe()

    with pytest.raises(RuntimeError, match="was closed"):
        drive(good, talk)


def test_fault_is_final():
    """After a fault every request tells the same fault."""

    async def talk(driver):
        with pytest.raises(DriverFault) as first:
            await driver.describe()
        with pytest.raises(DriverFault) as second:
            await driver.stop()
        return str(first.value) == str(second.value)

    assert drive(type("Empty", (), {}), talk)


def test_environment(describe, good, monkeypatch):
    """What the environment is to say is set when the object is made."""
    monkeypatch.setenv("DLS_GENERATION", "dls")
    described = drive(good, describe, env={"DLS_GENERATION": "lts"})
    assert described.generation == "lts"
