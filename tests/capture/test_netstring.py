"""Files of mitmproxy: whatever is broken or hostile in them, the reader gets through."""

import io
from typing import Any

import pytest
from mitmproxy import connection, http
from mitmproxy.io import tnetstring

from harness.capture.flow import Flow, Unreadable
from harness.capture.mitm_file import read_mitm
from harness.capture.netstring import read_netstrings

VALUES = (None, True, False, 0, -7, 2.5, b"\xff", "text", [1, [b"a"]], {"a": {"b": []}})


def flow(**request: Any) -> bytes:
    client = connection.Client(peername=("127.0.0.1", 9), sockname=("127.0.0.1", 1))
    made = http.HTTPFlow(client, connection.Server(address=("h", 80)))
    made.request = http.Request.make("POST", "http://h/dls/usage", b"{}")
    made.request.timestamp_start = 1_772_352_000.0
    state = made.get_state()
    state["request"] |= request
    return bytes(tnetstring.dumps(state))


def read(content: bytes) -> list[Flow | Unreadable]:
    return list(read_mitm(io.BytesIO(content)))


@pytest.mark.parametrize("value", VALUES)
def test_values(value: Any) -> None:
    """Every kind of value is read as mitmproxy writes it."""
    file = io.BytesIO(tnetstring.dumps(value) * 2)
    assert list(read_netstrings(file)) == [value, value]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"-1:" * 40 + b"]" * 40, "expected a length"),
        (b"99999999999:x", "expected the length"),
        (b"999999999:x", "expected a length of at most"),
        (b"120:" + b"-1:" * 30 + b"]" * 30 + b"]", "expected a length of at most"),
        (b"5:ab", "cut off"),
        (b"5", "expected the length"),
        (b"3:9:a]", "longer than all of it"),
        (b"1:a?", "expected a kind of value"),
        (b"1:a#", "invalid literal"),
        (b"4:1:a,}", "expected keys, each with its value"),
        (b"8:1:1#1:1#}", "expected keys, each with its value"),
    ],
)
def test_no_netstring(content: bytes, problem: str) -> None:
    """What is none ends the file, with one line about it."""
    (told,) = read(content)
    assert isinstance(told, Unreadable)
    assert problem in told.problem
    assert told.problem.endswith("; the file ends here")


def test_nesting() -> None:
    """A value in a value in a value without end is refused."""
    value: Any = []
    for _ in range(60):
        value = [value]
    (told,) = read(tnetstring.dumps(value))
    assert isinstance(told, Unreadable)
    assert "nested too deeply" in told.problem


@pytest.mark.parametrize(
    "broken",
    [
        tnetstring.dumps([1]),
        tnetstring.dumps({"version": 21}),
        flow(timestamp_start=1e300),
        flow(timestamp_start="noon"),
        flow(port=[]),
    ],
)
def test_one_broken_flow_is_not_the_end(broken: bytes) -> None:
    """A flow that mitmproxy cannot make is told, and those around it are read."""
    before, told, behind = read(flow() + broken + flow())
    assert isinstance(before, Flow)
    assert isinstance(behind, Flow)
    assert isinstance(told, Unreadable)
    assert (told.position, behind.position) == (1, 2)


def test_no_text() -> None:
    """A method that is no text is made one, which a recording can hold."""
    (read_flow,) = read(flow(method=b"P\xffST"))
    assert isinstance(read_flow, Flow)
    assert read_flow.method == "P\\udcffST"
