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
#: Mostly to a tick, or nearly so: it is there that things are sent.
_PASS = st.one_of(draw.TICKS, draw.SHORT_SPANS).map(draw.advance)
#: A crash costs the start of a process, more than all the rest of a story.
_ENDS = st.sampled_from(
    [
        *[(Step(stop=Stop()), Step(start=Start())), (Step(start=Start()),)] * 2,
        (Step(crash=Crash()), Step(start=Start())),
    ]
)


_ROUNDS_BEFORE, _ROUNDS_AFTER = (2, 7), (0, 3)


def _troubles(servers: tuple[ServerName, ...]) -> SearchStrategy[tuple[Step, ...]]:
    """What a round begins with: nothing, a fault, its end, or a server turned."""
    fault = draw.faults(servers, "usage").map(lambda fault: (Step(fault=fault),))
    turned = st.builds(
        lambda name, how: (Step(server=Server(**{name: how})),),
        st.sampled_from(servers),
        st.sampled_from(["up", "down"]),
    )
    return st.one_of(st.just(()), fault, st.just((Step(calm=Calm()),)), fault, turned)


def _rounds(
    servers: tuple[ServerName, ...], least: int, most: int
) -> SearchStrategy[list[Step]]:
    """Rounds of trouble, time, work, and time again; about a tick each."""
    a_round = st.tuples(_troubles(servers), _PASS, _WORK, _PASS)
    rounds = st.lists(a_round, min_size=least, max_size=most)
    return rounds.map(
        lambda drawn: [step for trouble, *rest in drawn for step in (*trouble, *rest)]
    )


@st.composite
def _stories(draw_one: st.DrawFn, cast: Cast) -> Scenario:
    servers = draw_one(draw.servers(cast))
    first = [Step(start=Start()), draw_one(_WORK)]
    return Scenario(
        summary=_SUMMARY,
        exercises=_EXERCISES,
        generations=(cast.generation,),
        servers=servers,
        begin=draw_one(draw.BEGINS),
        steps=(
            *first,
            *draw_one(_rounds(servers, *_ROUNDS_BEFORE)),
            *draw_one(_ENDS),
            *draw_one(_rounds(servers, *_ROUNDS_AFTER)),
        ),
    )


PROPERTY = Property(_ID, _SUMMARY, _EXERCISES, stories(_stories))
