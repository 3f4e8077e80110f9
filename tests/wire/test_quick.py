"""The quick reader of submissions against the reader by paths."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.documents.wire_profile import load_profile
from harness.wire.codec import Profile, Reading
from harness.wire.quick import quick_reader

TEXT = load_profile("open-json", Path()).text
#: A key that no body has in one path more: this profile is read by paths alone.
BY_PATHS = Profile(
    msgspec.structs.replace(
        TEXT, usage=msgspec.structs.replace(TEXT.usage, reports="reports || reports")
    )
)
READ = quick_reader(TEXT.usage)
assert READ is not None

REPORT = {
    "timeLabel": "2026-03-01T08:00:00Z",
    "handshakeCode": "200001-demo",
    "clientUuid": "6f0c",
    "product": "dbr",
    "usage": [{"type": "QR_CODE", "count": 2}, {"type": "PDF417", "count": 0}],
}

junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([])
counts = st.integers(-1, 3) | st.just(2**53) | st.just(2**53 + 1) | junk
entries = st.fixed_dictionaries(
    {}, optional={"type": st.text(max_size=3) | junk, "count": counts, "more": junk}
)
labels = st.sampled_from(
    ["2026-03-01T08:00:00Z", "2026-03-01t08:00:00.5+01:00", "2026-02-30T08:00:00Z", "soon"]
)
reports = st.fixed_dictionaries(
    {},
    optional={
        "timeLabel": labels | junk,
        "handshakeCode": st.text(max_size=2) | junk,
        "organizationId": st.text(max_size=2) | junk,
        "clientUuid": st.text(max_size=2) | junk,
        "product": junk,
        "usage": st.lists(entries | junk, max_size=2) | junk,
        "more": junk,
    },
)
#: Reports with at most one thing wrong, so that many are read at once.
nearly = st.dictionaries(st.sampled_from([*REPORT, "more"]), junk, max_size=1).map(
    lambda changes: {**REPORT, **changes}
)
bodies = st.fixed_dictionaries({"reports": st.lists(nearly | reports, max_size=2)})


def by_paths(body: bytes) -> Reading:
    return BY_PATHS.read_request("usage", body)


@given(bodies)
def test_reads_what_the_paths_read(body: dict[str, Any]) -> None:
    """What is read quickly is read by paths alike, and nothing is wrong with it."""
    written = json.dumps(body).encode()
    submission = READ(written)
    assert submission is None or Reading(submission, None) == by_paths(written)


@given(bodies, st.data())
def test_takes_no_damaged_body(body: dict[str, Any], data: st.DataObject) -> None:
    """One byte put in the place of another is taken only if the paths take it too."""
    written = bytearray(json.dumps(body).encode())
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] = data.draw(st.integers(0, 255))
    submission = READ(bytes(written))
    assert submission is None or Reading(submission, None) == by_paths(bytes(written))


@pytest.mark.parametrize(
    "body",
    [
        b'{"reports": []}',
        json.dumps({"reports": [REPORT, {**REPORT, "usage": []}]}).encode(),
        json.dumps({"reports": [{**REPORT, "more": {"a": [1, None]}}], "x": 1}).encode(),
    ],
)
def test_is_quick_about_what_is_in_order(body: bytes) -> None:
    """A proper submission needs no second reading."""
    submission = READ(body)
    assert submission is not None
    assert Reading(submission, None) == by_paths(body)


@pytest.mark.parametrize(
    "tail", [b"\xff", b"\\ud800", b"\xed\xa0\x80"], ids=["latin", "half", "encoded half"]
)
def test_leaves_odd_texts_alone(tail: bytes) -> None:
    """Bytes that are no UTF-8 and halves of pairs are for the reader by paths."""
    assert READ(b'{"reports": [], "more": "' + tail + b'"}') is None


@pytest.mark.parametrize(
    "changes",
    [
        {"reports": "data.reports"},
        {"type": "kind[0]"},
        {"time_label": "epoch-s"},
        {"count": "type"},
    ],
)
def test_needs_plain_keys(changes: dict[str, str]) -> None:
    """A profile with other paths than plain keys has no quick reader."""
    assert quick_reader(msgspec.structs.replace(TEXT.usage, **changes)) is None


def test_other_keys() -> None:
    """A profile's own keys and label style are read; fields that it lacks are empty."""
    shape = msgspec.structs.replace(
        TEXT.usage,
        reports="slots",
        fields={"timeLabel": "at", "clientUuid": "id"},
        required=("timeLabel", "clientUuid"),
        count="n",
        time_label="%Y-%m-%d %H:%M",
    )
    read = quick_reader(shape)
    assert read is not None
    entry = {"at": "2026-03-01 08:00", "id": "u", "usage": [{"type": "QR", "n": 3}]}
    submission = read(json.dumps({"slots": [entry]}).encode())
    profile = Profile(msgspec.structs.replace(TEXT, usage=shape))
    assert submission is not None
    assert submission.reports[0].product is None
    assert submission.reports[0].usage[0].count == 3
    assert profile.read_request("usage", b'{"slots": []}').problem is None
