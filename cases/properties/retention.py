"""Reports that wait for a month, give or take a second."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from cases.properties import drawing as draw
from cases.properties.searching import stories
from harness.domain.generation import GENERATIONS
from harness.scenario.scenario import Calm, Crash, Scenario, Start, Step, Stop
from harness.suite.property import Cast, Property
from mock_server import Fault

_ID = "properties/thirty-days"
_SUMMARY = "Reports that no server took are left alone for days, mostly for about thirty."
_EXERCISES = ("usage/nothing-lost",)

_DAYS = st.sampled_from([30, 31, 29, 28, 32, 15, 8, 2, 60])
#: From the end of a report's slot, by which its age is told.
_AGES = st.builds(
    lambda days, near: days * draw.DAY + near,
    _DAYS,
    st.one_of(draw.NEAR, st.integers(-12, 12).map(lambda hours: timedelta(hours=hours))),
)
_WORK = st.lists(
    st.tuples(draw.TYPES, st.integers(1, 5), draw.TICKS), min_size=1, max_size=4
)
#: A crash costs the start of a process, more than all the rest of a story.
_END = st.sampled_from([*[Step(stop=Stop())] * 4, Step(crash=Crash())])
_FAILURE = Step(fault=Fault(do="status", on="usage", times="all"))


@st.composite
def _stories(draw_one: st.DrawFn, cast: Cast) -> Scenario:
    """Work in vain, look in from time to time, and come back when all is well."""
    now = begin = draw_one(draw.BEGINS)
    slot_end = _slot_end(cast, begin)
    steps = [_FAILURE, Step(start=Start())]
    for kind, count, span in draw_one(_WORK):
        now += span
        steps += [draw.operate(type=kind, count=count), draw.advance(span)]
    steps.append(draw_one(_END))
    for age in sorted(draw_one(st.lists(_AGES, max_size=2))):
        now = max(now, slot_end + age)
        steps += [draw.until(now), Step(start=Start())]
        if draw_one(st.booleans()):
            now += timedelta(minutes=7)
            steps.append(draw.advance(timedelta(minutes=7)))
        steps.append(Step(stop=Stop()))
    last = max(now, slot_end + draw_one(_AGES))
    steps += [Step(calm=Calm()), draw.until(last), Step(start=Start())]
    steps += [draw.advance(timedelta(minutes=7)), Step(stop=Stop())]
    return Scenario(
        summary=_SUMMARY,
        exercises=_EXERCISES,
        generations=(cast.generation,),
        begin=begin,
        steps=tuple(steps),
    )


def _slot_end(cast: Cast, at: datetime) -> datetime:
    generation = GENERATIONS[cast.generation]
    return generation.slot_end(generation.slot_of(at))


PROPERTY = Property(_ID, _SUMMARY, _EXERCISES, stories(_stories))
