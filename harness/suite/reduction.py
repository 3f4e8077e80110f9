"""
Making a broken story as plain as it can be.

Steps are left out, many at a time at first, and what is left is taken back to its default
or to a round number, as long as the story stays broken. It works on the scenario itself,
whatever drew it, so one that was found in any other way shrinks as well. No step is left
out that would make the SDK run for longer: a month of ticks is no plainer than a stop.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from harness.domain.span import Span
from harness.scenario.scenario import Scenario, Step, Stop
from mock_server import Fault

_IsBroken = Callable[[Scenario], bool]

#: Taken back, the first says more and not less; the second only slows a story down.
_TO_BE_SAID = ("on", "hold")
#: Spans that are as plain as can be, the shortest first.
_ROUND_SPANS = [
    Span.parse(text) for text in ("1s", "1m", "3m", "6m", "10m", "1h", "1d", "10d")
]
#: The steps as files name them.
_FIELDS = {field.encode_name: field.name for field in msgspec.structs.fields(Step)}


def reduced(scenario: Scenario, is_broken: _IsBroken) -> Scenario:
    """
    Return the plainest scenario that still *is_broken*, as *scenario* is.

    The same scenario may be asked about more than once.
    """
    most = time_awake(scenario)
    return _reduced(scenario, lambda one: time_awake(one) <= most and is_broken(one))


def _reduced(scenario: Scenario, is_broken: _IsBroken) -> Scenario:
    for number, step in enumerate(scenario.steps):
        if step.crash:  # first of all, since it costs most
            scenario = _with_plainer_step(scenario, number, is_broken)
    before = None
    while scenario != before:
        before = scenario
        size = len(scenario.steps) // 2
        while size:
            scenario = _with_fewer_steps(scenario, size, is_broken)
            size //= 2
        scenario = _with_spans_joined(scenario, is_broken)
        scenario = _with_plainer_head(scenario, is_broken)
        for number in range(len(scenario.steps)):
            scenario = _with_plainer_step(scenario, number, is_broken)
    return scenario


def time_awake(scenario: Scenario) -> timedelta:
    """Return how much time passes in *scenario* while some session is under way."""
    now, awake, live = scenario.begin, timedelta(), set[str]()
    for step in _flat(scenario.steps):
        passing = _passing(step, now)
        now += passing
        awake += passing if live else timedelta()
        if step.start:
            live.add(step.start.device)
        for end in (step.stop, step.crash, step.wipe):
            live -= {end.device} if end else set()
    return awake


def _flat(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        if step.repeat:
            for _ in range(step.repeat.times):
                yield from _flat(step.repeat.steps)


def _passing(step: Step, now: datetime) -> timedelta:
    if step.until:
        return max(step.until - now, timedelta())
    if step.operate:
        return (step.operate.every or timedelta()) * (step.operate.times - 1)
    return step.advance or timedelta()


def _with_fewer_steps(scenario: Scenario, size: int, is_broken: _IsBroken) -> Scenario:
    """Leave out *size* steps in a row, wherever they are not needed."""
    at = 0
    while at < len(scenario.steps):
        rest = scenario.steps[:at] + scenario.steps[at + size :]
        shorter = msgspec.structs.replace(scenario, steps=rest)
        if rest and is_broken(shorter):
            scenario = shorter
        else:
            at += size
    return scenario


def _with_spans_joined(scenario: Scenario, is_broken: _IsBroken) -> Scenario:
    """Make one span of two in a row."""
    at = 0
    while at + 1 < len(scenario.steps):
        first, second = (step.advance for step in scenario.steps[at : at + 2])
        at += 1
        if first and second:
            both = Step(advance=Span(seconds=(first + second).total_seconds()))
            steps = (*scenario.steps[: at - 1], both, *scenario.steps[at + 1 :])
            joined = msgspec.structs.replace(scenario, steps=steps)
            if is_broken(joined):
                scenario, at = joined, at - 1
    return scenario


def _with_plainer_head(scenario: Scenario, is_broken: _IsBroken) -> Scenario:
    names = ["world", "configuration", "begin"]
    if not any(_names_standby(step) for step in scenario.steps):
        names.append("servers")
    for name in names:
        for plain in _without(scenario, name):
            scenario = plain if is_broken(plain) else scenario
    return scenario


def _with_plainer_step(scenario: Scenario, number: int, is_broken: _IsBroken) -> Scenario:
    for step in _plainer_steps(scenario.steps[number]):
        steps = (*scenario.steps[:number], step, *scenario.steps[number + 1 :])
        plain = msgspec.structs.replace(scenario, steps=steps)
        if is_broken(plain):
            return _with_plainer_step(plain, number, is_broken)
    return scenario


def _plainer_steps(step: Step) -> Iterator[Step]:
    """Yield what might stand in place of *step*, the plainest first."""
    name = _FIELDS[step.name or ""]
    body = getattr(step, name)
    if step.crash:
        yield Step(stop=Stop(device=step.crash.device))
    if isinstance(body, datetime):
        yield from (Step(advance=span) for span in _ROUND_SPANS)
    for plain in _plainer_bodies(body):
        yield Step(**{name: plain})


def _plainer_bodies(body: Any) -> Iterator[Any]:
    match body:
        case timedelta():
            yield from (span for span in _ROUND_SPANS if span < body)
        case datetime():
            whole = (body.replace(second=0, microsecond=0), body.replace(microsecond=0))
            yield from (at for at in whole if at < body)
        case msgspec.Struct():
            for field in msgspec.structs.fields(body):
                if not field.required and field.name not in _TO_BE_SAID:
                    yield from _without(body, field.name)


def _without[S: msgspec.Struct](said: S, name: str) -> Iterator[S]:
    """Yield *said* with one field at its default, unless it is there already."""
    field = next(one for one in msgspec.structs.fields(said) if one.name == name)
    if getattr(said, name) != field.default:
        yield msgspec.structs.replace(said, **{name: field.default})


def _names_standby(step: Step) -> bool:
    is_aimed = isinstance(step.fault, Fault) and step.fault.server == "standby"
    return is_aimed or bool(step.server and step.server.standby)
