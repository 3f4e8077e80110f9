"""How the player lets time pass. Scenarios begin at 08:00:30."""

from datetime import timedelta
from typing import Any

from harness.domain.recording import ClockSet, OperationCalled, StartCalled

NEXT_TIMER = "next-timer"
IN_PROCESS = "restart-in-process"


def test_timers_fire_exactly(theatre: Any) -> None:
    """An SDK that tells its timers is moved from one to the next, and to the end."""
    theatre.play("[start, advance: 8m, stop]", NEXT_TIMER)
    assert theatre.advances == ["a 08:03:30", "a 08:06:30", "a 08:08:30"]


def test_timer_at_the_end_fires_once(theatre: Any) -> None:
    """A timer that is due exactly at the end of a step fires in it, once."""
    theatre.play("[start, advance: 3m, advance: 1s, stop]", NEXT_TIMER)
    assert theatre.advances == ["a 08:03:30", "a 08:03:31"]
    assert len(theatre.ticks) == 1


def test_second_by_second(theatre: Any) -> None:
    """An SDK that does not tell its timers is moved second by second."""
    theatre.play("[start, advance: 4s, stop]")
    assert theatre.advances == ["a 08:00:31", "a 08:00:32", "a 08:00:33", "a 08:00:34"]


def test_part_of_a_second(theatre: Any) -> None:
    """The rest of a second is moved as it is."""
    theatre.play("[start, advance: 1500ms, operate, advance: 1s, stop]")
    tos = [params.to for _, method, params in theatre.calls if method == "advance"]
    begin = theatre.events[0].at
    assert [(to - begin) / timedelta(seconds=1) for to in tos] == [1, 1.5, 2.5]


def test_no_timer(theatre: Any) -> None:
    """An SDK without a timer is moved to the end at once."""
    theatre.play("[start, advance: 30d, stop]", NEXT_TIMER, tick=None)
    assert len(theatre.advances) == 1


def test_days_while_off_cost_nothing(theatre: Any) -> None:
    """While no session lives, days pass without a single call."""
    theatre.play("[start, stop, advance: 400d, start, stop]", IN_PROCESS)
    assert theatre.methods == ["start", "stop", "start", "stop"]
    first, second = theatre.told(StartCalled)
    assert second.at - first.at == timedelta(days=400)


def test_timer_that_is_due_already(theatre: Any) -> None:
    """An SDK that says for ever that its timer is due is moved second by second."""
    theatre.play("[start, advance: 3s, stop]", NEXT_TIMER, next_timer=lambda now: now)
    assert theatre.advances == ["a 08:00:31", "a 08:00:32", "a 08:00:33"]


def test_two_devices_in_the_order_of_time(theatre: Any) -> None:
    """The timers of two devices fire in the order of time."""
    steps = "[start, advance: 1m, start: {device: b}, advance: 6m]"
    theatre.play(steps, NEXT_TIMER)
    assert [f"{device} {at:%H:%M:%S}" for device, at in theatre.ticks] == [
        "a 08:03:30",
        "b 08:04:30",
        "a 08:06:30",
        "b 08:07:30",
    ]


def test_operations_of_one_device_fire_timers_of_another(theatre: Any) -> None:
    """Time between two operations passes for every device."""
    steps = (
        "[start, start: {device: b, handshakeCode: x}, "
        "operate: {device: b, times: 3, every: 2m}]"
    )
    theatre.play(steps, NEXT_TIMER)
    assert [device for device, _ in theatre.ticks] == ["a", "b"]


def test_until(theatre: Any) -> None:
    """Until lets time pass up to an instant, and no further."""
    theatre.play("[start, until: 2026-03-01T08:01:00Z, operate]", NEXT_TIMER)
    (operation,) = theatre.told(OperationCalled)
    assert f"{operation.at:%H:%M:%S}" == "08:01:00"


def test_until_the_past(theatre: Any) -> None:
    """An instant that is over already lets no time pass, and calls nobody."""
    theatre.play("[start, advance: 1m, until: 2026-03-01T08:00:00Z, operate]", NEXT_TIMER)
    assert theatre.advances == ["a 08:01:30"]
    assert f"{theatre.events[-1].at:%H:%M:%S}" == "08:01:30"


def test_repeated_operations(theatre: Any) -> None:
    """Operations are so many, so far apart, with no time before the first."""
    theatre.play("[start, operate: {times: 3, every: 10s, count: 2}]", NEXT_TIMER)
    done = theatre.told(OperationCalled)
    assert [f"{e.at:%H:%M:%S} {e.count}" for e in done] == [
        "08:00:30 2",
        "08:00:40 2",
        "08:00:50 2",
    ]


def test_set_clock(theatre: Any) -> None:
    """After the device's clock is set, its SDK gets device time, the recording ours."""
    theatre.play(
        "[start, setClock: {forward: 1h}, operate, advance: 5m, setClock: {back: 2h}, "
        "operate]",
        NEXT_TIMER,
    )
    assert [f"{e.to:%H:%M:%S}" for e in theatre.told(ClockSet)] == [
        "09:00:30",
        "07:05:30",
    ]
    nows = [params.now for _, method, params in theatre.calls if method == "operate"]
    assert [f"{now:%H:%M:%S}" for now in nows] == ["09:00:30", "07:05:30"]
    done = theatre.told(OperationCalled)
    assert [f"{e.at:%H:%M:%S}" for e in done] == ["08:00:30", "08:05:30"]


def test_running_timers_are_not_moved_by_the_clock(theatre: Any) -> None:
    """A timer runs on when the clock is set: it fires after the time that was left."""
    theatre.play("[start, advance: 1m, setClock: {forward: 1h}, advance: 3m]", NEXT_TIMER)
    assert theatre.advances == ["a 08:01:30", "a 09:03:30", "a 09:04:30"]


def test_clock_set_back_between_sessions(theatre: Any) -> None:
    """A process that lives on learns of its clock before the next start."""
    theatre.play("[start, stop, setClock: {back: 1h}, start]", IN_PROCESS, NEXT_TIMER)
    assert theatre.methods == ["start", "stop", "set_clock", "start"]
    assert f"{theatre.calls[-1][2].now:%H:%M:%S}" == "07:00:30"
