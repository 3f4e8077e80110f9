"""Making a broken story as plain as it can be."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.domain.span import Span
from harness.scenario.scenario import (
    DEFAULT_BEGIN,
    Calm,
    Crash,
    Operate,
    Repeat,
    Scenario,
    Server,
    Setting,
    Start,
    Step,
    Stop,
    Wipe,
)
from harness.suite.reduction import reduced, time_awake
from mock_server import DEFAULT_WORLD, Fault

START, STOP, CALM = Step(start=Start()), Step(stop=Stop()), Step(calm=Calm())
OPERATE = Step(operate=Operate())


def advance(text: str) -> Step:
    return Step(advance=Span.parse(text))


def story(*steps: Step, **head: Any) -> Scenario:
    return Scenario(summary="s", exercises=(), steps=steps, **head)


def operations(scenario: Scenario) -> int:
    return sum(bool(step.operate) for step in scenario.steps)


def test_leaves_out_what_is_not_needed() -> None:
    """Of a long story the steps remain without which it is not broken."""
    long = story(START, *[CALM, OPERATE, advance("7m")] * 9, STOP)
    plain = reduced(long, lambda one: operations(one) >= 2)
    assert plain.steps == (OPERATE, OPERATE)


def test_at_least_one_step() -> None:
    """A story without any step is none."""
    assert len(reduced(story(START, OPERATE, STOP), lambda _: True).steps) == 1


def test_takes_settings_back() -> None:
    """World, configuration, begin and servers are at their default if they may be."""
    told = story(
        START,
        world=DEFAULT_WORLD,
        configuration=Setting(handshake_code="x"),
        begin=datetime(2030, 1, 1, tzinfo=UTC),
        servers=("main", "standby"),
    )
    assert reduced(told, lambda _: True) == story(START)


@pytest.mark.parametrize(
    "step",
    [
        Step(server=Server(standby="down")),
        Step(fault=Fault(do="close", on="usage", server="standby")),
    ],
)
def test_a_server_that_is_needed(step: Step) -> None:
    """The standby stays as long as a step names it."""
    told = story(step, servers=("main", "standby"))
    assert reduced(told, lambda one: one.steps == told.steps) == told


def test_plainer_steps() -> None:
    """Steps come to say as little as they can, and spans and instants become round."""
    operate = Operate(count=7, type="third", device="b", success=False)
    fault = Fault(do="status", on="usage", nth=2, times="all", status=429)
    at = datetime(2026, 3, 1, 9, 7, 13, 500, tzinfo=UTC)
    told = story(Step(operate=operate), Step(fault=fault), advance("7m13s"), Step(until=at))
    plain = reduced(told, lambda one: len(one.steps) == 4)
    assert plain.steps == (
        OPERATE,
        Step(fault=Fault(do="status", on="usage")),
        advance("1s"),
        advance("1s"),
    )


def test_joins_spans() -> None:
    """Spans in a row are one span."""
    told = story(START, advance("40s"), advance("2m"), advance("20s"), OPERATE)

    def takes_three_minutes(one: Scenario) -> bool:
        return time_awake(one) == timedelta(minutes=3) and operations(one) == 1

    assert reduced(told, takes_three_minutes).steps == (START, advance("3m"), OPERATE)


def test_a_crash_becomes_a_stop() -> None:
    """A session that need not crash is stopped."""
    told = story(START, Step(crash=Crash(device="b")))
    plain = reduced(told, lambda one: len(one.steps) == 2)
    assert plain.steps[1].stop
    kept = reduced(told, lambda one: any(step.crash for step in one.steps))
    assert kept.steps == (Step(crash=Crash()),)


def test_nobody_is_kept_awake() -> None:
    """No stop is left out that would make the SDK run for a month."""
    told = story(START, advance("3m"), STOP, advance("30d"))

    def month_passes(one: Scenario) -> bool:
        has_start = any(step.start for step in one.steps)
        return has_start and any(step.advance == Span(days=30) for step in one.steps)

    plain = reduced(told, month_passes)
    assert plain.steps == (START, STOP, advance("30d"))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((START, advance("5m"), STOP, advance("1h")), timedelta(minutes=5)),
        ((START, advance("5m"), Step(wipe=Wipe()), advance("1h")), timedelta(minutes=5)),
        ((START, Step(until=DEFAULT_BEGIN + timedelta(hours=1))), timedelta(hours=1)),
        ((START, Step(until=DEFAULT_BEGIN - timedelta(hours=1))), timedelta()),
        (
            (START, Step(operate=Operate(times=3, every=Span.parse("1m")))),
            timedelta(minutes=2),
        ),
        (
            (START, Step(repeat=Repeat(times=3, steps=(advance("1m"),)))),
            timedelta(minutes=3),
        ),
    ],
)
def test_time_awake(steps: tuple[Step, ...], expected: timedelta) -> None:
    """Time counts in which some session is under way."""
    assert time_awake(story(*steps)) == expected
