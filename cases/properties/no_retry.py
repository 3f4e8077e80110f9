"""Submissions that fail in a long session: nothing goes out twice before the next one."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cases.properties import drawing as draw
from cases.properties.searching import stories
from harness.scenario.scenario import (
    Calm,
    Crash,
    Scenario,
    Server,
    ServerName,
    Start,
    Step,
    Stop,
)
from harness.suite.property import Cast, Property

_ID = "properties/no-retry-within-session"
_SUMMARY = "Submissions fail in many ways, in sessions of many ticks."
_EXERCISES = ("submit/failed-waits-for-next-session", "submit/failed-goes-out-next-session")

_WORK = st.builds(
    lambda kind, count: draw.operate(type=kind, count=count), draw.TYPES, st.integers(1, 5)
)
#: To a tick, or nearly so: it is there that things are sent.
_PASS = draw.TICKS.map(draw.advance)
_ENDS = st.sampled_from(
    [
        (Step(stop=Stop()), Step(start=Start())),
        (Step(start=Start()),),
        (Step(crash=Crash()), Step(start=Start())),
    ]
)


def _outages(servers: tuple[ServerName, ...]) -> SearchStrategy[tuple[Step, ...]]:
    """A server that is down for some ticks."""
    return st.builds(
        lambda name, span: (
            Step(server=Server(**{name: "down"})),  # type: ignore[arg-type]
            draw.advance(span),
            Step(server=Server(**{name: "up"})),  # type: ignore[arg-type]
        ),
        st.sampled_from(servers),
        draw.TICKS,
    )


def _acts(servers: tuple[ServerName, ...]) -> SearchStrategy[tuple[Step, ...]]:
    faults = draw.faults(servers, "usage").map(lambda fault: Step(fault=fault))
    alone = st.one_of(_WORK, _PASS, faults, st.just(Step(calm=Calm())))
    worked = st.tuples(_WORK, faults, _PASS)
    return st.one_of(alone.map(lambda step: (step,)), worked, _outages(servers))


@st.composite
def _stories(draw_one: st.DrawFn, cast: Cast) -> Scenario:
    servers = draw_one(draw.servers(cast))
    acts = _acts(servers)
    steps = [Step(start=Start()), draw_one(_WORK)]
    steps.append(Step(fault=draw_one(draw.faults(servers, "usage"))))
    for act in draw_one(st.lists(acts, min_size=1, max_size=10)):
        steps += act
    steps += draw_one(_ENDS)
    for act in draw_one(st.lists(acts, max_size=4)):
        steps += act
    return Scenario(
        summary=_SUMMARY,
        exercises=_EXERCISES,
        generations=(cast.generation,),
        servers=servers,
        begin=draw_one(draw.BEGINS),
        steps=tuple(steps),
    )


PROPERTY = Property(_ID, _SUMMARY, _EXERCISES, stories(_stories))
