"""
What a session owes at which instant, and whether it was done when the instant passed.

Left-over usage is due within 30 s of a successful start; what is done in a session,
within 360 s (the rest of its slot, at most 180 s, and then the next tick). A duty is
excused while a server is down or shows a bad certificate, and after the user has set
the clock back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.domain.recording import StartAnswered
from harness.history import mark
from harness.history.device import Device
from harness.history.fact import BacklogJudged, Fact, TicksPassed
from harness.history.lot import Duty, Lot, Miss
from harness.history.session import Session

BACKLOG_SPAN = timedelta(seconds=30)
TICK = timedelta(seconds=180)
LATEST = 2 * TICK

#: A lot of this age may have fallen to a retention that is too short.
_OLD = timedelta(days=1)


@dataclass(frozen=True)
class Outage:
    """A time in which *server* was down; *until* is ``None`` while it lasts."""

    server: str
    since: datetime
    until: datetime | None

    def touches(self, begin: datetime, end: datetime) -> bool:
        """Tell whether it overlaps the time from *begin* to *end*."""
        return self.since <= end and (self.until is None or self.until >= begin)


def sort_backlog(session: Session) -> None:
    """Find what is due at this start: closed slots, and nothing that may be purged."""
    device, now = session.device, session.device_start
    generation = device.generation
    for lot in device.lots():
        age = now - generation.slot_end(lot.key.slot)
        if age < timedelta():
            continue
        if generation.retention is None or age < generation.retention:
            if not lot.purgeable:
                session.backlog.append(lot)
            continue
        lot.purgeable = True
        if age > generation.retention + generation.retention_slack:
            session.too_old.append(lot)


def excuse_purge(device: Device, shown: datetime) -> None:
    """The device's clock, which somebody has set, has *shown* this: old units may go."""
    generation = device.generation
    if generation.retention is None:
        return
    for lot in device.lots():
        if shown - generation.slot_end(lot.key.slot) >= generation.retention:
            lot.purgeable = True


def add_duty(session: Session, lot: Lot) -> None:
    """A lot that was done, or whose slot was still open at the start, is due in time."""
    session.deadlines.append((max(lot.at, session.started_at), lot))


def drop_done(session: Session) -> None:
    """Forget the oldest duties as far as they are done."""
    deadlines, number = session.deadlines, session.number
    while deadlines and deadlines[0][1].was_tried_in(number):
        deadlines.popleft()


def next_due(session: Session) -> datetime | None:
    """Return when `pass_time` will find something to do, if ever; never too late."""
    if session.outcome is None or session.next_tick is None:
        return None
    due = session.next_tick
    if session.is_licensed:
        if not session.backlog_judged:
            due = min(due, _backlog_due(session, session.outcome))
        if session.deadlines:
            due = min(due, session.deadlines[0][0] + _in_time(session))
    return due


def pass_time(session: Session, now: datetime, outages: list[Outage]) -> Iterator[Fact]:
    """Judge the duties of *session* that were due before *now*."""
    if session.outcome is None:
        return
    if session.is_licensed:
        yield from _judge_backlog(session, now, outages)
        _judge_deadlines(session, now, outages)
    yield from _pass_ticks(session, now)


def _backlog_due(session: Session, outcome: StartAnswered) -> datetime:
    """Return until when the backlog has to be out, the start having had this *outcome*."""
    return outcome.at + BACKLOG_SPAN + session.device.tolerance


def _in_time(session: Session) -> timedelta:
    """Return how long after an operation its units have to be out."""
    return LATEST + session.device.tolerance


def _judge_backlog(
    session: Session, now: datetime, outages: list[Outage]
) -> Iterable[Fact]:
    assert session.outcome is not None
    due = _backlog_due(session, session.outcome)
    if session.backlog_judged or now <= due:
        return ()
    session.backlog_judged = True
    number = session.number
    sent = [lot for lot in session.backlog if lot.was_tried_in(number)]
    unsent = [lot for lot in session.backlog if not lot.was_tried_in(number)]
    failed = session.first_failure is not None and session.first_failure.at <= due
    down = _down(session, session.started_at, due, outages)
    is_excused = failed or bool(down) or session.clock_went_back
    if not is_excused:
        for lot in unsent:
            _miss(lot, Duty.BACKLOG, session, now)
    session.backlog = []
    too_old = [lot for lot in session.too_old if not lot.was_tried_in(number)]
    return (BacklogJudged(session, sent, unsent, too_old, is_excused),)


def _judge_deadlines(session: Session, now: datetime, outages: list[Outage]) -> None:
    span = _in_time(session)
    while session.deadlines and session.deadlines[0][0] + span < now:
        begin, lot = session.deadlines.popleft()
        due = begin + span
        is_done = lot.was_tried_in(session.number)
        if is_done or lot.purgeable or session.clock_went_back:
            continue
        down = _down(session, begin, due, outages)
        if down:
            lot.is_timed_out = True
            if len(down) == 1 and session.has_two_servers:
                lot.marks |= mark.OUTAGE
            continue
        failure = session.first_failure
        after_failure = failure is not None and failure.at <= due
        duty = Duty.TICK_AFTER_FAILURE if after_failure else Duty.TICK
        _miss(lot, duty, session, now)


def _down(
    session: Session, begin: datetime, end: datetime, outages: list[Outage]
) -> set[str]:
    """Return the servers that *session* could not always reach from *begin* to *end*."""
    down = {outage.server for outage in outages if outage.touches(begin, end)}
    return down | session.untrustworthy


def _miss(lot: Lot, duty: Duty, session: Session, now: datetime) -> None:
    age = session.device_start - session.device.generation.slot_end(lot.key.slot)
    is_old = age >= _OLD
    miss = Miss(duty, session.number, now, session.entry, lot.fate, is_old)
    lot.misses += (miss,)


def _pass_ticks(session: Session, now: datetime) -> Iterable[Fact]:
    if session.next_tick is None or now < session.next_tick:
        return ()
    count = (now - session.next_tick) // TICK + 1
    session.next_tick += count * TICK
    number = session.number
    waiting = any(not lot.was_tried_in(number) for _, lot in session.deadlines)
    return (TicksPassed(session, count, not waiting and session.is_licensed),)
