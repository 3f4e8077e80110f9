"""Operations around the ends of slots, where one millisecond decides who pays when."""

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cases.properties import drawing as draw
from cases.properties.searching import stories
from harness.domain.generation import SLOT_LENGTH
from harness.scenario.scenario import Scenario, Start, Step, Stop
from harness.suite.property import Cast, Property

_ID = "properties/slot-alignment"
_SUMMARY = "Operations at, right before and right after the ends of slots."
_EXERCISES = ("slot/on-the-grid", "slot/counted-where-done")

#: An operation: near which boundary, how near, of which type, how many units.
_Operation = tuple[int, timedelta, draw.Type, int]
_OPERATIONS: SearchStrategy[list[_Operation]] = st.lists(
    st.tuples(st.integers(1, 6), draw.NEAR, draw.TYPES, st.integers(1, 9)),
    min_size=1,
    max_size=10,
)
_REST = st.sampled_from([timedelta(minutes=10), timedelta(), draw.SECOND])


def _story(
    cast: Cast,
    slot: datetime,
    into: timedelta,
    operations: list[_Operation],
    rest: timedelta,
) -> Scenario:
    """Start *into* a slot, work near the ends of later ones, and stop after a *rest*."""
    now = slot + into
    steps = [Step(start=Start())]
    for number, near, kind, count in sorted(operations, key=lambda one: one[:2]):
        at = slot + number * SLOT_LENGTH + near
        if at > now:
            now = at
            steps.append(draw.until(at))
        steps.append(draw.operate(type=kind, count=count))
    if rest:
        steps.append(draw.advance(rest))
    return Scenario(
        summary=_SUMMARY,
        exercises=_EXERCISES,
        generations=(cast.generation,),
        begin=slot + into,
        steps=(*steps, Step(stop=Stop())),
    )


def _stories(cast: Cast) -> SearchStrategy[Scenario]:
    into = st.integers(0, 175).map(lambda seconds: seconds * draw.SECOND)
    return st.builds(_story, st.just(cast), draw.ANCHORS, into, _OPERATIONS, _REST)


PROPERTY = Property(_ID, _SUMMARY, _EXERCISES, stories(_stories))
