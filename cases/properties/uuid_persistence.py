"""Sessions of all kinds, one after the other: the client UUID is the device's."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cases.properties import drawing as draw
from cases.properties.searching import stories
from harness.scenario.scenario import Calm, Crash, Scenario, Server, Start, Step, Stop, Wipe
from harness.suite.property import Cast, Property

_ID = "properties/uuid-persistence"
_SUMMARY = "Sessions that end in a stop, a crash, a wipe or a restart; some are refused."
_EXERCISES = ("identity/created-when-absent",)

_MINUTES = timedelta(minutes=4)
_DEVICES = ("a", "b")
#: A crash costs the start of a process, more than all the rest of a story.
_ENDS = (*("stop", "restart", "wipe", "stop") * 2, "crash")


class _Session(NamedTuple):
    """One session; *trouble* is what its start meets."""

    device: str
    code: str
    trouble: Step | None
    work: timedelta
    end: str
    pause: timedelta


def _sessions() -> SearchStrategy[list[_Session]]:
    faults = draw.faults(("main",), "authorization").map(lambda fault: Step(fault=fault))
    down = st.just(Step(server=Server(main="down")))
    session = st.builds(
        _Session,
        device=st.sampled_from(_DEVICES),
        code=st.sampled_from([draw.DEMO, draw.OTHER, draw.REFUSED]),
        trouble=st.one_of(st.none(), faults, down),
        work=st.sampled_from([timedelta(), draw.SECOND, _MINUTES]),
        end=st.sampled_from(_ENDS),
        pause=st.sampled_from(
            [timedelta(), _MINUTES, draw.DAY, 9 * draw.DAY, 40 * draw.DAY]
        ),
    )
    return st.lists(session, min_size=2, max_size=7)


def _story(cast: Cast, sessions: list[_Session]) -> Scenario:
    sessions = [
        session._replace(end="stop") if number in _crashes(sessions)[1:] else session
        for number, session in enumerate(sessions)
    ]
    return Scenario(
        summary=_SUMMARY,
        exercises=_EXERCISES,
        generations=(cast.generation,),
        world=draw.world("7d"),
        steps=tuple(step for session in sessions for step in _steps(session)),
    )


def _crashes(sessions: list[_Session]) -> list[int]:
    """Return which sessions end in a crash; one is enough, and costs a new process."""
    return [number for number, one in enumerate(sessions) if one.end == "crash"]


def _steps(session: _Session) -> Iterator[Step]:
    device = session.device
    if session.trouble:
        yield session.trouble
    yield Step(start=Start(device=device, handshake_code=session.code))
    yield draw.operate(device=device)
    if session.work:
        yield draw.advance(session.work)
    if session.trouble:
        yield Step(calm=Calm()) if session.trouble.fault else Step(server=Server(main="up"))
    yield from _end(session)
    if session.pause:
        yield draw.advance(session.pause)


def _end(session: _Session) -> Iterator[Step]:
    """End the session; nobody waits for days with one that lives."""
    if session.end == "crash":
        yield Step(crash=Crash(device=session.device))
    if session.end == "wipe":
        yield Step(wipe=Wipe(device=session.device))
    if session.end == "stop":
        yield Step(stop=Stop(device=session.device))
    if session.pause >= draw.DAY:
        yield from (Step(stop=Stop(device=device)) for device in _DEVICES)


def _stories(cast: Cast) -> SearchStrategy[Scenario]:
    return st.builds(_story, st.just(cast), _sessions())


PROPERTY = Property(_ID, _SUMMARY, _EXERCISES, stories(_stories))
