"""The rows of a timeline as shapes."""

from typing import Any

import msgspec
import pytest

from harness.domain.generation import DLS
from harness.domain.recording import (
    Configuration,
    ServerTurned,
    SessionCrashed,
    StartAnswered,
    StartCalled,
)
from reports.page.drawing import Drawing, draw
from reports.page.rows import rows_of


def _drawn(events: Any, marks: Any = {}) -> Drawing:  # noqa: B006
    return draw(rows_of(events, marks, DLS), marks)


def _kinds(drawing: Drawing) -> list[str]:
    return [shape.kind for shape in drawing.shapes]


def test_lanes(told: Any) -> None:
    """Each device and each server has a line."""
    lanes = [(lane.kind, lane.name) for lane in _drawn(told).lanes]
    assert lanes == [("device", "a"), ("server", "main")]


def test_a_server_that_is_never_asked_has_a_line_too(told: Any) -> None:
    """The standby that an SDK was told of is there to be seen idle."""
    two = Configuration(servers=("http://127.0.0.1:1", "http://127.0.0.1:2"))
    told[1] = msgspec.structs.replace(told[1], configuration=two)
    assert [lane.name for lane in _drawn(told).lanes] == ["a", "main", "standby"]


def test_request_of_an_unknown_device(told: Any) -> None:
    """A request of which nobody knows the device comes from somewhere all the same."""
    told[7] = msgspec.structs.replace(told[7], device=None)
    assert "unknown" in [lane.name for lane in _drawn(told).lanes]


def test_arrows(told: Any) -> None:
    """A request goes from device to server; its answer, if there is one, comes back."""
    lost = msgspec.structs.replace(told[7], status=None, answer=None)
    arrows = _drawn([*told[:7], lost]).arrows
    kinds = [arrow.kind for arrow in arrows]
    assert kinds == ["request", "answer", "request", "answer bad", "request", "answer lost"]
    device, server = (lane.x for lane in _drawn(told).lanes)
    assert (arrows[0].start, arrows[0].tip) == (device, server)
    assert (arrows[1].start, arrows[1].tip) == (server, device)
    assert arrows[5].tip == (device + server) // 2


def test_session_bar_ends_with_the_session(told: Any) -> None:
    """A session lasts from its start to its stop, and shows where it crashed."""
    drawing = _drawn(told)
    (bar,) = [shape for shape in drawing.shapes if shape.kind == "session"]
    assert bar.height > 100
    crash = SessionCrashed(at=told[8].at, device="a")
    assert "crash" in _kinds(_drawn([*told[:8], crash]))


def test_a_start_in_vain_looks_different(told: Any) -> None:
    """The session of a start that failed is not filled."""
    failed = StartAnswered(at=told[3].at, device="a", authorized=False)
    assert "session vain" in _kinds(_drawn([*told[:3], failed]))


@pytest.mark.parametrize("is_up_again", [True, False])
def test_outage(told: Any, is_up_again: bool) -> None:
    """A server that is down is so until it is up, or to the end."""
    turns = [ServerTurned(at=told[8].at, server="main", up=up) for up in (False, True)]
    events = [*told, turns[0], told[8], *turns[1 : 1 + is_up_again]]
    (bar,) = [shape for shape in _drawn(events).shapes if shape.kind == "down"]
    assert bar.height > 0


def test_marks(told: Any) -> None:
    """An event that a finding is about has its number, which leads to it."""
    drawing = _drawn(told, {6: [(1, "finding-x")], 7: [(1, "finding-x"), (2, "finding-y")]})
    assert _kinds(drawing).count("mark") == 2
    assert [badge.anchor for badge in drawing.badges] == [
        *("finding-x", "finding-x", "finding-y")
    ]
    assert len({(badge.x, badge.y) for badge in drawing.badges}) == 3


def test_fault_and_long_words(told: Any) -> None:
    """A fault is a mark with its name; words that are too long are kept in full."""
    assert [s.title for s in _drawn(told).shapes if s.kind == "fault"] == [
        "status 503 on usage 1"
    ]
    told[4] = msgspec.structs.replace(told[4], type="X" * 200)
    (label,) = [label for label in _drawn(told).labels if label.full]
    assert label.text.endswith("…")
    assert "X" * 200 in label.full


def test_devices_are_named_where_there_are_several(told: Any) -> None:
    """With two devices each line of words says whose it is."""
    other = StartCalled(at=told[1].at, device="b", configuration=told[1].configuration)
    texts = [label.text for label in _drawn([*told, other]).labels]
    assert "b: start: without any licence" in texts
    assert "start: without any licence" in [label.text for label in _drawn(told).labels]
