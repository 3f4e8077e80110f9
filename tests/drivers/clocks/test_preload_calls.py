"""Claims about each call of the C library that waits, in a program of its own."""

from datetime import timedelta

import pytest

SPAN_NS = 180 * 10**9
CALLS = (
    *("sleep", "usleep", "nanosleep", "clock_nanosleep", "clock_nanosleep-wall"),
    *("poll", "ppoll", "select", "pselect", "epoll_wait", "epoll_pwait", "epoll_pwait2"),
    *("cond_timedwait", "cond_clockwait", "cond-shared"),
    *("mutex_timedlock", "mutex-chain"),
    *("sem_timedwait", "sem_clockwait", "futex", "futex-bitset"),
    *("timerfd", "timerfd-periods", "timer_create", "timer-thread", "setitimer", "alarm"),
    *("sigtimedwait", "mq_timedreceive", "socket-timeout", "socket-duplicate", "fork"),
    *("recvmmsg", "recvmmsg-span", "semtimedop", "timerfd-soon"),
)
WOKEN = (
    *("poll", "select", "epoll_wait", "cond_timedwait", "cond_clockwait"),
    *("sem_timedwait", "sem_clockwait", "futex", "futex-bitset"),
)


@pytest.mark.parametrize("name", CALLS)
def test_a_wait_ends_at_its_instant(calls, name):
    """A wait of 180 s takes 180 s of the program's own clock and of ours, exactly."""
    begun = calls.clock.now()
    assert calls.call(name) == f"0 {SPAN_NS}"
    assert calls.clock.now() - begun == timedelta(seconds=180)


@pytest.mark.parametrize("name", ["until-over", "whole-milliseconds"])
def test_who_waits_on_at_its_instant_is_let_past_it(calls, name):
    """A loop that asks again until its instant is behind it ends a moment later."""
    code, took = calls.call(name).split()
    assert code == "0"
    assert SPAN_NS < int(took) < SPAN_NS + 1_500_000


def test_the_clock_is_as_fine_as_a_loop_in_doubles_can_see(calls):
    """Python's event loops take the clock's resolution from us: a microsecond."""
    assert calls.call("resolution") == "0 1000"


@pytest.mark.parametrize("name", WOKEN)
def test_a_wait_is_woken(calls, name):
    """A wait that another thread ends after 60 s ends then, and not at its time-out."""
    assert calls.call(f"wake-{name}") == f"0 {SPAN_NS // 3}"


def test_a_program_of_the_system_sleeps_in_virtual_time(calls):
    """What a child executes has our time, too: a shell and its sleep of three minutes."""
    assert calls.call("exec") == f"0 {SPAN_NS}"


def test_time_passes_without_a_driver_being_asked(calls):
    """An idle driver is taken along to any instant."""
    to = calls.clock.now() + timedelta(days=30)
    calls.pass_until(to)
    assert calls.clock.now() == to


def test_waits_in_naps_are_not_passed_over(calls, tmp_path):
    """Time that passes by itself stops at waits that tell no deadline between naps."""
    told = tmp_path / "told"
    calls.call(str(told))
    calls.pass_until(calls.clock.now() + timedelta(seconds=400))
    assert told.read_text() == f"{SPAN_NS}"
