"""
Any story at all: whatever a user, a network and a server may do, in any order.

A state machine writes it, since what makes sense next depends on what has happened:
there is nothing to stop before a start, and nobody sleeps for days with the SDK running.
A machine and not a list of steps also because hypothesis leaves out kinds of steps at
random from one story to the next, and a story without stops comes to other places. It
only writes: no step depends on what the SDK answers, so the story is played when it is
finished, and a broken one is a scenario like those in YAML files, to be made plain as such.
"""

import sys
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from cases.properties import drawing as draw
from cases.properties.searching import StoryMachine, machine
from harness.domain.generation import SLOT_LENGTH
from harness.domain.span import Span
from harness.scenario.scenario import (
    DEFAULT_BEGIN,
    Calm,
    Crash,
    Operate,
    Scenario,
    Server,
    ServerName,
    SetClock,
    Setting,
    Start,
    Step,
    Stop,
    Wipe,
)
from harness.suite.property import Property
from mock_server import World

_ID = "properties/any-story"
_SUMMARY = "Whatever may happen, in any order, to one device or two."
_EXERCISES = ("usage/nothing-lost", "usage/nothing-invented", "identity/reports-carry-it")

_DEVICES = st.sampled_from(["a", "a", "b"])
_CODES = st.sampled_from([None, None, draw.OTHER, draw.DEMO])
_WORLDS = st.sampled_from(
    [None, draw.world("40d"), draw.world("10m"), draw.world("7d", quota=20)]
)
#: Each costs the start of a process: ten times what else is in a story.
_CRASHES = 1
#: Many short steps make many tries; more than this is patience.
_SLEEPS = st.one_of(
    st.integers(1, 20).map(lambda hours: timedelta(hours=hours)),
    st.builds(
        lambda days, near: days * draw.DAY + near,
        st.sampled_from([1, 7, 29, 30, 31, 33]),
        draw.NEAR,
    ),
)


_CHANGES = st.sampled_from(
    [Span.parse(text) for text in ("1m", "1s", "3m", "2h", "1d", "31d")]
)


class AnyStory(StoryMachine):
    """Writes a story step by step, and has it played at the end."""

    def __init__(self) -> None:
        """Begin with an empty page."""
        super().__init__()
        self._steps: list[Step] = []
        self._begin = self._now = DEFAULT_BEGIN
        self._servers: tuple[ServerName, ...] = ("main",)
        self._world: World | None = None
        self._setting = Setting()
        self._live: set[str] = set()
        self._used: set[str] = set()
        self._refused: set[str] = set()
        self._down: set[str] = set()
        self._is_faulty = False
        self._is_clock_set = False
        self._crashes = 0

    @initialize(begin=draw.BEGINS, world=_WORLDS, data=st.data())
    def set_the_scene(
        self, begin: datetime, world: World | None, data: st.DataObject
    ) -> None:
        """Say where and when it happens; without a start there is no story."""
        self._begin = self._now = begin
        self._world = world
        self._servers = data.draw(draw.servers(self.cast))
        zone = data.draw(draw.zones(self.cast))
        self._setting = Setting(time_zone=zone)
        if "organization-id" in self.cast.capabilities and data.draw(st.booleans()):
            self._setting = Setting(
                handshake_code=None, organization_id="200001", time_zone=zone
            )
        if data.draw(st.sampled_from([False, False, True])):
            self.fault(data)
        self.start("a", None)

    @precondition(lambda self: self._live and "time-zone" in self.cast.capabilities)
    @rule(data=st.data())
    def travel(self, data: st.DataObject) -> None:
        """Start in another time zone; the summer may have begun meanwhile."""
        zone = data.draw(draw.zones(self.cast)) or ""
        self._write(
            Step(start=Start(device=self._one_of(self._live, data), time_zone=zone))
        )

    @rule(device=_DEVICES, code=_CODES)
    def start(self, device: str, code: str | None) -> None:
        """Start or restart; the application may have got another handshake code."""
        self._live.add(device)
        self._used.add(device)
        if device in self._refused:
            self._refused.discard(device)
            code = code or draw.DEMO
        self._write(Step(start=Start(device=device, handshake_code=code)))

    @precondition(lambda self: self._world is not None)
    @rule(device=_DEVICES)
    def start_in_vain(self, device: str) -> None:
        """Start with a handshake code that is always refused."""
        self._live.add(device)
        self._used.add(device)
        self._refused.add(device)
        self._write(Step(start=Start(device=device, handshake_code=draw.REFUSED)))

    @rule(data=st.data(), kind=draw.TYPES, count=draw.COUNTS, content=draw.CONTENTS)
    def operate(
        self, data: st.DataObject, kind: draw.Type, count: int, content: str | None
    ) -> None:
        """Work, also where no session is."""
        device = self._one_of(self._used, data)
        if self._is_clock_set:
            content = None  # who could say how long ago it was seen?
        work = draw.operate(device=device, type=kind, count=count, content=content)
        self._write(work)

    @rule(data=st.data(), kind=draw.TYPES, count=draw.COUNTS)
    def operate_in_vain(self, data: st.DataObject, kind: draw.Type, count: int) -> None:
        """Work without success."""
        device = self._one_of(self._live or self._used, data)
        work = draw.operate(device=device, type=kind, count=count, success=False)
        self._write(work)

    @precondition(lambda self: self._live)
    @rule(times=st.integers(2, 4), every=draw.SPANS, kind=draw.TYPES)
    def work_on(self, times: int, every: timedelta, kind: draw.Type) -> None:
        """Work again and again."""
        device = min(self._live)
        span = Span(seconds=every.total_seconds())
        self._now += (times - 1) * span
        work = Operate(device=device, type=kind, times=times, every=span)
        self._write(Step(operate=work))

    @rule(by=draw.SPANS)
    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
        self._write(draw.advance(by))

    @rule(data=st.data(), slots=st.integers(0, 3), near=draw.NEAR, kind=draw.TYPES)
    def work_at_a_boundary(
        self, data: st.DataObject, slots: int, near: timedelta, kind: draw.Type
    ) -> None:
        """Work at the end of a slot, or nearly so."""
        at = draw.next_boundary(self._now) + slots * SLOT_LENGTH + near
        if at > self._now:
            self._now = at
            self._write(draw.until(at))
        device = self._one_of(self._live or self._used, data)
        self._write(draw.operate(device=device, type=kind))

    @precondition(lambda self: not self._live)
    @rule(by=_SLEEPS)
    def sleep(self, by: timedelta) -> None:
        """Let hours or days pass while the SDK is off."""
        self._now += by
        self._write(draw.advance(by))

    @rule(data=st.data())
    def fault(self, data: st.DataObject) -> None:
        """Let something go wrong soon."""
        self._is_faulty = True
        self._write(Step(fault=data.draw(draw.faults(self._servers))))

    @precondition(lambda self: self._is_faulty)
    @rule()
    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self._is_faulty = False
        self._write(Step(calm=Calm()))

    @rule(data=st.data())
    def turn(self, data: st.DataObject) -> None:
        """Turn a server down, or up again."""
        name = data.draw(st.sampled_from(self._servers))
        self._down ^= {name}
        turned = {name: "down" if name in self._down else "up"}
        self._write(Step(server=Server(**turned)))  # type: ignore[arg-type]

    @rule(data=st.data(), by=_CHANGES, forward=st.booleans())
    def set_the_clock(self, data: st.DataObject, by: Span, forward: bool) -> None:
        """Set the clock of a device."""
        device = self._one_of(self._used, data)
        change = {"forward" if forward else "back": by}
        self._is_clock_set = True
        self._write(Step(set_clock=SetClock(device=device, **change)))

    @precondition(lambda self: self._live)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        """Shut the application down."""
        device = self._one_of(self._live, data)
        self._live.discard(device)
        self._write(Step(stop=Stop(device=device)))

    @precondition(lambda self: self._live and self._crashes < _CRASHES)
    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """Kill the application."""
        device = self._one_of(self._live, data)
        self._live.discard(device)
        self._crashes += 1
        self._write(Step(crash=Crash(device=device)))

    @precondition(lambda self: self._live and self._crashes < _CRASHES)
    @rule(data=st.data(), during=draw.KINDS, at=draw.REACHES)
    def crash_later(self, data: st.DataObject, during: draw.Kind, at: draw.Reach) -> None:
        """Kill the application when a message of its has come so far."""
        device = self._one_of(self._live, data)
        self._crashes += 1
        self._write(Step(crash=Crash(device=device, during=during, at=at)))

    @precondition(lambda self: self._used - self._live)
    @rule(data=st.data())
    def wipe(self, data: st.DataObject) -> None:
        """Remove everything that the SDK keeps."""
        device = self._one_of(self._used - self._live, data)
        self._write(Step(wipe=Wipe(device=device)))

    def teardown(self) -> None:
        """Have the story played; one that could not be drawn to its end is none."""
        if sys.exc_info()[0] is not None:
            return
        for device in sorted(self._refused):
            # Refused at the end, it would never have to submit what it kept.
            self.start(device, draw.DEMO)
        self.play(
            Scenario(
                summary=_SUMMARY,
                exercises=_EXERCISES,
                generations=(self.cast.generation,),
                servers=self._servers,
                world=self._world,
                configuration=self._setting,
                begin=self._begin,
                steps=tuple(self._steps),
            )
        )

    def _one_of(self, devices: set[str], data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(devices)))

    def _write(self, step: Step) -> None:
        self._steps.append(step)


PROPERTY = Property(_ID, _SUMMARY, _EXERCISES, machine(AnyStory))
