"""Which fault strikes which request, without a single one on the wire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock_server import Fault
from mock_server.faults import Candidate, FaultPlan

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
AUTHORIZATION = Candidate("authorization", "a", "main", NOW)
USAGE = Candidate("usage", "a", "main", NOW)


def _plan(*faults: Fault) -> FaultPlan:
    plan = FaultPlan()
    for fault in faults:
        plan.arm(fault, NOW)
    return plan


def _struck(plan: FaultPlan, *requests: Candidate) -> list[bool]:
    return [plan.pick(request) is not None for request in requests]


def _idle(plan: FaultPlan) -> tuple[Fault, ...]:
    """The armed faults that have struck nothing so far."""
    return tuple(one.fault for one in plan.standing(NOW) if not one.fired)


def test_strikes_the_first_by_default() -> None:
    """A fault that says nothing else strikes the next request, once."""
    assert _struck(_plan(Fault(do="reset")), USAGE, USAGE) == [True, False]


def test_strikes_the_nth_matching_request() -> None:
    """Only requests of its kind are counted."""
    plan = _plan(Fault(do="reset", on="usage", nth=2))
    struck = _struck(plan, USAGE, AUTHORIZATION, USAGE, USAGE)
    assert struck == [False, False, True, False]


def test_strikes_several_in_a_row() -> None:
    """``times`` requests from the nth are struck."""
    plan = _plan(Fault(do="reset", nth=2, times=2))
    assert _struck(plan, *[USAGE] * 4) == [False, True, True, False]


def test_strikes_all_from_the_nth() -> None:
    """``times: all`` strikes for as long as it is armed."""
    plan = _plan(Fault(do="reset", nth=2, times="all"))
    assert _struck(plan, *[USAGE] * 4) == [False, True, True, True]
    plan.disarm()
    assert _struck(plan, USAGE) == [False]


@pytest.mark.parametrize(
    ("aim", "struck"),
    [
        ({"device": "a"}, [True, False]),
        ({"server": "standby"}, [False, True]),
        ({"client_uuid": "u"}, [True, False]),
        ({"client_uuid": "w"}, [False, True]),
        ({"device": "b", "server": "main"}, [False, False]),
    ],
)
def test_strikes_where_it_is_aimed(aim, struck) -> None:
    """Device, server and client UUID narrow a fault down."""
    plan = _plan(Fault(do="reset", **aim))
    first = replace(USAGE, client_uuids={"u"})
    second = Candidate("usage", "b", "standby", NOW, {"v", "w"})
    assert _struck(plan, first, second) == struck


def test_counts_from_arming() -> None:
    """Requests before a fault was armed are not counted."""
    plan = _plan()
    plan.pick(USAGE)
    plan.arm(Fault(do="reset"), NOW)
    assert _struck(plan, USAGE) == [True]


def test_counts_after_the_authorization() -> None:
    """``after: authorization`` counts what follows the first matching one."""
    plan = _plan(Fault(do="reset", after="authorization", device="a"))
    other = replace(AUTHORIZATION, device="b")
    struck = _struck(plan, USAGE, other, USAGE, AUTHORIZATION, USAGE)
    assert struck == [False, False, False, False, True]


def test_the_first_armed_comes_first() -> None:
    """Of two faults for one request the one armed first strikes; both count it."""
    first, second = Fault(do="reset"), Fault(do="close", times=2)
    plan = _plan(first, second)
    assert [plan.pick(USAGE) for _ in range(3)] == [first, second, None]


def test_tells_what_never_fired() -> None:
    """A fault has fired once it struck; one that another outran has not."""
    first, second = Fault(do="reset"), Fault(do="close")
    plan = _plan(first, second)
    assert _idle(plan) == (first, second)
    plan.pick(USAGE)
    assert _idle(plan) == (second,)


def test_refusal_is_due_at_once() -> None:
    """A refusal of the first request is due when it is armed, and only once."""
    fault = Fault(do="refuse", on="usage")
    plan = _plan(fault)
    assert plan.due() == (fault,)
    assert plan.due() == ()
    assert _idle(plan) == ()


def test_refusal_is_due_after_those_before() -> None:
    """A refusal of the third submission is due after two, and strikes none itself."""
    fault = Fault(do="refuse", on="usage", nth=3)
    plan = _plan(fault)
    assert _struck(plan, USAGE, AUTHORIZATION) == [False, False]
    assert plan.due() == ()
    plan.pick(USAGE)
    assert plan.due() == (fault,)


def test_refusal_may_wait_for_the_authorization() -> None:
    """A refusal ``after: authorization`` is due with the first of them."""
    fault = Fault(do="refuse", on="usage", after="authorization")
    plan = _plan(fault)
    plan.pick(USAGE)
    assert plan.due() == ()
    plan.pick(AUTHORIZATION)
    assert plan.due() == (fault,)


def test_cutting_connections_is_due_like_a_refusal() -> None:
    """``close-on-connect`` shuts addresses as ``refuse`` does."""
    fault = Fault(do="close-on-connect", on="usage", nth=2)
    plan = _plan(fault)
    assert _struck(plan, USAGE) == [False]
    assert plan.due() == (fault,)


def test_strikes_every_third() -> None:
    """``every`` strikes the nth and each so-manieth after it, to the end."""
    plan = _plan(Fault(do="reset", nth=2, every=3))
    assert _struck(plan, *[USAGE] * 8) == [n in (2, 5, 8) for n in range(1, 9)]


def test_strikes_every_third_so_many_times() -> None:
    """``times`` limits what ``every`` goes on with."""
    plan = _plan(Fault(do="reset", every=3, times=2))
    assert _struck(plan, *[USAGE] * 8) == [n in (1, 4) for n in range(1, 9)]


@pytest.mark.parametrize(
    ("kind", "struck"),
    [
        (None, [True, True, False, False]),
        ("usage", [False, True, False, False]),
        ("health", [False, False, True, False]),
        ("any", [True, True, True, True]),
    ],
)
def test_strikes_kinds(kind: Any, struck: list[bool]) -> None:
    """Without a kind messages are struck; others have to be asked for."""
    asked = [replace(USAGE, kind=k) for k in ("authorization", "usage", "health", None)]
    assert [_struck(_plan(Fault(do="reset", on=kind)), one)[0] for one in asked] == struck


@pytest.mark.parametrize(
    ("aim", "is_struck"),
    [
        ({"code": "c2"}, True),
        ({"code": "c3"}, False),
        ({"slot": NOW}, True),
        ({"slot": NOW + timedelta(seconds=1)}, False),
        ({"method": "post"}, True),
        ({"method": "PUT"}, False),
        ({"path": "/dls/usage"}, True),
        ({"path": "/dls/*"}, True),
        ({"path": "/dls"}, False),
        ({"path": "/dls/usag?"}, False),
        ({"header": {"X-Trace": "abc"}}, True),
        ({"header": {"x-trace": "a*"}}, True),
        ({"header": {"x-trace": "*", "x-other": "*"}}, False),
        ({"header": {"x-trace": "b"}}, False),
        ({"query": {"q": "1"}}, True),
        ({"query": {"q": "2*"}}, True),
        ({"query": {"q": "3"}}, False),
        ({"query": {"r": "*"}}, False),
    ],
)
def test_strikes_what_says_so(aim: dict[str, Any], is_struck: bool) -> None:
    """What a request says, in the protocol's terms or HTTP's, narrows a fault down."""
    asked = replace(
        USAGE,
        codes={"c1", "c2"},
        slots={NOW},
        path="/dls/usage",
        headers={"X-Trace": "abc"},
        query={"q": ["1", "2x"]},
    )
    assert _struck(_plan(Fault(do="reset", **aim)), asked) == [is_struck]


def test_strikes_in_a_window_of_time() -> None:
    """From ``since`` (inclusive) to ``until`` (exclusive), by the mock's clock."""
    begin, end = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    plan = _plan(Fault(do="reset", times="all", since=begin, until=end))
    second = timedelta(seconds=1)
    times = [begin - second, begin, end - second, end]
    struck = _struck(plan, *(replace(USAGE, at=at) for at in times))
    assert struck == [False, True, True, False]


def test_strikes_for_a_while() -> None:
    """``lasts`` counts from the arming; what comes later is not even counted."""
    plan = _plan(Fault(do="reset", nth=2, lasts="10m"))
    late = replace(USAGE, at=NOW + timedelta(minutes=10))
    assert _struck(plan, USAGE, late, USAGE) == [False, False, True]
    (standing,) = plan.standing(NOW)
    assert (standing.seen, standing.fired) == (2, 1)


def test_strikes_by_ordinal_in_the_session() -> None:
    """The authorisation is a client's first message; each client has its own count."""
    plan = _plan(Fault(do="reset", on="usage", in_session=2, times="all"))
    other = replace(USAGE, device="b")
    struck = _struck(plan, USAGE, AUTHORIZATION, USAGE, other, USAGE, AUTHORIZATION, USAGE)
    assert struck == [False, False, True, False, False, False, True]


def test_tells_how_faults_stand() -> None:
    """Each has a number, and tells what it has seen and done and whether it is over."""
    plan = _plan(Fault(do="reset"), Fault(do="close", nth=9, lasts="1h"))
    plan.pick(USAGE)
    told = [(s.number, s.seen, s.fired, s.is_over) for s in plan.standing(NOW)]
    assert told == [(1, 1, 1, True), (2, 1, 0, False)]
    assert plan.standing(NOW + timedelta(hours=1))[1].is_over


def test_shutting_is_over_once_done() -> None:
    """A fault that has shut addresses strikes nothing any more."""
    plan = _plan(Fault(do="refuse"))
    assert not plan.standing(NOW)[0].is_over
    plan.due()
    assert plan.standing(NOW)[0].is_over


def test_disarms_one() -> None:
    """One fault is disarmed by its number, which no other ever gets."""
    plan = _plan(Fault(do="reset", times="all"), Fault(do="close", times="all"))
    assert plan.disarm(1) == (Fault(do="reset", times="all"),)
    assert plan.pick(USAGE) == Fault(do="close", times="all")
    assert plan.arm(Fault(do="hang"), NOW) == 3
    with pytest.raises(KeyError):
        plan.disarm(1)
    assert plan.disarm() == (Fault(do="hang"),)
    assert not plan
