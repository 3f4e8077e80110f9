"""Delays pass by the mock's clock, and nobody waits for ever for one that stands."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock_server import Fault
from mock_server.serving.clock import SteerableClock

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
LATER = timedelta(seconds=3)


@pytest.mark.parametrize(
    ("damage", "is_stored_at_once"), [("answer-late", True), ("process-late", False)]
)
def test_waits_for_the_clock(play: Any, damage: Any, is_stored_at_once: bool) -> None:
    """The answer comes when the mock's clock has gone on; the event says when that was."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do=damage, by="3s", hold="1h"))
        asking = asyncio.create_task(stage.report(url))
        await stage.until(lambda: stage.mock.in_flight == 1)
        for _ in range(20):
            await asyncio.sleep(0)
        assert bool(stage.mock.ledger.totals) is is_stored_at_once
        stage.clock.move_to(stage.clock.now() + LATER)
        assert (await asking).status == 200

    stage = play(story)
    assert stage.last.at == stage.clock.now()
    assert stage.last.stored
    assert stage.last.answer is not None


@pytest.mark.parametrize("damage", ["answer-late", "process-late", "dribble"])
def test_a_clock_that_stands(play: Any, damage: Any) -> None:
    """Nobody waits longer than a moment of real time for a clock that does not move."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do=damage, by="400d"))
        before = time.monotonic()
        assert (await stage.report(url)).status == 200
        assert 0.05 < time.monotonic() - before < 5

    play(story)


def test_a_ceiling_of_real_time(play: Any) -> None:
    """``hold`` is how long a delay lasts at most, in real time."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="answer-late", by="1h", hold="10ms"))
        before = time.monotonic()
        assert (await stage.report(url)).status == 200
        assert 0.005 < time.monotonic() - before < 2

    play(story)


@pytest.mark.parametrize(
    ("damage", "is_stored"),
    [("answer-late", True), ("process-late", True), ("hang", False)],
)
def test_the_client_leaves(play: Any, damage: Any, is_stored: bool) -> None:
    """A client that leaves ends the wait; what was read is processed all the same."""

    async def story(stage: Any) -> None:
        span = {"hold": "1h"} | ({} if damage == "hang" else {"by": "1h"})
        stage.mock.arm(Fault(do=damage, **span))
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("POST", "/dls/usage", stage.usage_body())
        await stage.until(lambda: stage.mock.in_flight == 1)
        await client.close()
        await stage.until(lambda: stage.mock.in_flight == 0)

    event = play(story).last
    assert (event.delivery.closing, event.delivery.answer_bytes) == ("by-client", 0)
    assert (event.stored, event.answer) == (is_stored, None)


def test_leaves_while_it_dribbles(play: Any) -> None:
    """What went out before the client left is told."""

    async def story(stage: Any) -> None:
        stage.mock.arm(Fault(do="dribble", by="10s", hold="1h"))
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("POST", "/dls/usage", stage.usage_body())
        await stage.until(lambda: stage.mock.in_flight == 1)
        stage.clock.move_to(stage.clock.now() + timedelta(seconds=1))
        first = await client.reader.read(1000)
        assert first.startswith(b"HTTP/1.1 200")
        await client.close()
        await stage.until(lambda: stage.mock.in_flight == 0)
        assert stage.last.delivery.answer_bytes == len(first)

    event = play(story).last
    assert (event.delivery.closing, event.status) == ("by-client", 200)
    assert (event.stored, event.answer) == (True, None)


def test_a_clock_that_goes(play: Any) -> None:
    """Where the clock goes by itself a delay takes as long as it says."""
    began = time.monotonic()
    clock = SteerableClock(lambda: BEGIN + timedelta(seconds=time.monotonic() - began))

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="answer-late", by="250ms"))
        before = clock.now()
        assert (await stage.report(url)).status == 200
        assert clock.now() - before >= timedelta(milliseconds=250)

    play(story, clock=clock)
