"""Faults in one line of text."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server import Fault, check_fault, parse_fault, render_fault
from mock_server.faults.damage import TRAITS


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("reset", Fault(do="reset")),
        ("usage:2 status=503", Fault(on="usage", nth=2, do="status", status=503)),
        ("authorization reset times=3", Fault(on="authorization", do="reset", times=3)),
        (":2 close times=all", Fault(nth=2, do="close", times="all")),
        ("usage close probability=10%", Fault(on="usage", do="close", probability=0.1)),
        ("status", Fault(do="status")),
        ("redirect status=308", Fault(do="redirect", status=308)),
        ("usage hang stored hold=1s", Fault(on="usage", do="hang", stored=True, hold="1s")),
        ("any reset header.X-A='a b'", Fault(on="any", do="reset", header={"X-A": "a b"})),
        ("reset query.q=a=b", Fault(do="reset", query={"q": "a=b"})),
        (
            "reset slot=2026-03-01T08:00:00Z",
            Fault(do="reset", slot=datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ),
    ],
)
def test_reads(text: str, fault: Fault) -> None:
    """Kind and ordinal, a damage, and keys with their values."""
    assert parse_fault(text) == fault
    assert parse_fault(render_fault(fault)) == fault


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "'': expected a damage (refuse, "),
        ("usage", "'usage': expected a damage (refuse, "),
        ("usage resett", "unknown word 'resett'; did you mean 'reset'? known: refuse, "),
        ("usage stats=503", "unknown word 'stats='; did you mean 'status='? known: nth=, "),
        ("reset usage", "usage: expected as the first word, if at all"),
        ("reset times=x", "times: expected a number, got 'x'"),
        ("reset probability=x%", "probability: expected a number, got 'x'"),
        ("reset 'a", '"reset \'a": no closing quotation'),
        ("reset close", "do: expected once, got 'reset' and 'close'"),
        ("reset nth=2 nth=3", "nth: expected once, got 2 and 3"),
        ("reset header=1", "header: expected header.NAME=VALUE"),
        ("reset code.x=1", "code.x: expected no dot"),
        ("reset after=usage", "'reset after=usage': after: Invalid enum value 'usage'"),
        ("reset slot=noon", "'reset slot=noon': slot: Invalid RFC3339"),
        ("reset status=503", "'reset status=503': status: expected only with do: status"),
    ],
)
def test_complains(text: str, complaint: str) -> None:
    """A mistake is told with the word that is wrong, and what was expected."""
    with pytest.raises(ValueError, match="^" + re.escape(complaint)):
        parse_fault(text)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]*", fullmatch=True)
INSTANTS = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)
NUMBERS = st.integers(0, 99)

#: What says more about some damages, and what about any request.
OF_DAMAGES: dict[str, st.SearchStrategy[Any]] = {
    "stored": st.booleans(),
    "status": st.integers(400, 599),
    "retry_after": NUMBERS,
    "location": WORDS,
    "bytes": NUMBERS,
    "hold": st.sampled_from(["10ms", "2s"]),
    "by": st.sampled_from(["1h30m", "2s"]),
}
OF_REQUESTS: dict[str, st.SearchStrategy[Any]] = {
    "times": st.sampled_from([1, 3, "all"]),
    "every": st.integers(1, 3),
    "probability": st.floats(0, 1),
    "lasts": st.just("10m"),
    "slot": INSTANTS,
    "until": INSTANTS,
    "code": WORDS,
    "header": st.dictionaries(NAMES, WORDS, min_size=1),
    "query": st.dictionaries(NAMES, WORDS, min_size=1),
}
OF_ALL: dict[str, st.SearchStrategy[Any]] = {
    "on": st.sampled_from(["authorization", "usage", "health", "any"]),
    "nth": st.integers(1, 5),
    "device": WORDS,
}


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    """Any damage, with whatever fits it."""
    do = draw(st.sampled_from(list(TRAITS)))
    fitting = OF_ALL if TRAITS[do].is_of_connections else OF_ALL | OF_REQUESTS
    taken = {name: OF_DAMAGES[name] for name in TRAITS[do].takes}
    if do == "redirect":
        taken["status"] = st.integers(300, 399)
    said = draw(st.fixed_dictionaries({}, optional=fitting | taken))
    return Fault(do=do, **said)


@settings(max_examples=60, deadline=None)
@given(faults())
def test_any_fault(fault: Fault) -> None:
    """Whatever fault is written in a line is read back as it was."""
    check_fault(fault)
    assert parse_fault(render_fault(fault)) == fault
