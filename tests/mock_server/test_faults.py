"""Which fault strikes which request, without a single one on the wire."""

from pathlib import Path

import pytest

from harness.documents.yaml_document import YamlDocument
from mock_server import Fault, check_fault, describe
from mock_server.faults import FaultPlan

AUTHORIZATION = ("authorization", "a", "main")
USAGE = ("usage", "a", "main")


def _plan(*faults: Fault) -> FaultPlan:
    plan = FaultPlan()
    for fault in faults:
        plan.arm(fault)
    return plan


def _struck(plan: FaultPlan, *requests) -> list[bool]:
    return [plan.pick(*request) is not None for request in requests]


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
    first = ("usage", "a", "main", {"u"})
    second = ("usage", "b", "standby", {"v", "w"})
    assert _struck(plan, first, second) == struck


def test_counts_from_arming() -> None:
    """Requests before a fault was armed are not counted."""
    plan = _plan()
    plan.pick(*USAGE)
    plan.arm(Fault(do="reset"))
    assert _struck(plan, USAGE) == [True]


def test_counts_after_the_authorization() -> None:
    """``after: authorization`` counts what follows the first matching one."""
    plan = _plan(Fault(do="reset", after="authorization", device="a"))
    other = ("authorization", "b", "main")
    struck = _struck(plan, USAGE, other, USAGE, AUTHORIZATION, USAGE)
    assert struck == [False, False, False, False, True]


def test_the_first_armed_comes_first() -> None:
    """Of two faults for one request the one armed first strikes; both count it."""
    first, second = Fault(do="reset"), Fault(do="close", times=2)
    plan = _plan(first, second)
    assert [plan.pick(*USAGE) for _ in range(3)] == [first, second, None]


def test_tells_what_never_fired() -> None:
    """A fault has fired once it struck; one that another outran has not."""
    first, second = Fault(do="reset"), Fault(do="close")
    plan = _plan(first, second)
    assert plan.never_fired() == (first, second)
    plan.pick(*USAGE)
    assert plan.never_fired() == (second,)


def test_refusal_is_due_at_once() -> None:
    """A refusal of the first request is due when it is armed, and only once."""
    fault = Fault(do="refuse", on="usage")
    plan = _plan(fault)
    assert plan.due() == (fault,)
    assert plan.due() == ()
    assert plan.never_fired() == ()


def test_refusal_is_due_after_those_before() -> None:
    """A refusal of the third submission is due after two, and strikes none itself."""
    fault = Fault(do="refuse", on="usage", nth=3)
    plan = _plan(fault)
    assert _struck(plan, USAGE, AUTHORIZATION) == [False, False]
    assert plan.due() == ()
    plan.pick(*USAGE)
    assert plan.due() == (fault,)


def test_refusal_may_wait_for_the_authorization() -> None:
    """A refusal ``after: authorization`` is due with the first of them."""
    fault = Fault(do="refuse", on="usage", after="authorization")
    plan = _plan(fault)
    plan.pick(*USAGE)
    assert plan.due() == ()
    plan.pick(*AUTHORIZATION)
    assert plan.due() == (fault,)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(do="reset", nth=0), "nth: expected 1 or more, got 0"),
        (Fault(do="reset", times=0), "times: expected 1 or more, or all, got 0"),
        (
            Fault(do="reset", status=500),
            "status: expected only with do: status, got do: reset",
        ),
        (Fault(do="status", status=200), "status: expected 400 to 599, got 200"),
        (
            Fault(do="close", hold="1s"),
            "hold: expected only with do: hang, got do: close",
        ),
        (
            Fault(do="hang", hold="soon"),
            "expected a time span such as 90s, 3m, 2d or 1h30m, got 'soon'",
        ),
        (
            Fault(do="refuse", times="all"),
            "times: expected none with do: refuse, got all; it lasts until the end of "
            "the step, and for longer turn the server down",
        ),
        (
            Fault(do="refuse", client_uuid="u"),
            "clientUuid: expected none with do: refuse, which sees no request, got 'u'; "
            "name the device instead",
        ),
    ],
)
def test_says_what_does_not_fit(fault, message) -> None:
    """A fault whose parts contradict each other is refused, and is not armed."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  compared as a whole
        check_fault(fault)
    assert str(caught.value) == message
    with pytest.raises(ValueError):  # noqa: PT011  the same
        FaultPlan().arm(fault)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault(do="reset"), "reset on request 1"),
        (Fault(do="status", on="usage", nth=2), "status 503 on usage 2"),
        (
            Fault(do="hang", on="authorization", times=3, device="a", server="main"),
            "hang on authorization 1 to 3 (device a, main)",
        ),
        (
            Fault(do="close", nth=2, times="all", client_uuid="u"),
            "close on request 2 and later (client u)",
        ),
        (
            Fault(do="refuse", on="usage", after="authorization"),
            "refuse on usage 1 (after the first authorization)",
        ),
    ],
)
def test_describes_in_one_line(fault, line) -> None:
    """A fault is told in one line that says what, on which, and where."""
    assert describe(fault) == line


def test_reads_a_fault(tmp_path: Path) -> None:
    """A fault is written in YAML with the protocol's names."""
    path = tmp_path / "fault.yaml"
    path.write_text("{kind: usage, do: lose-answer, times: all, clientUuid: u}")
    fault = YamlDocument(path).convert(Fault)
    assert fault == Fault(do="lose-answer", on="usage", times="all", client_uuid="u")
