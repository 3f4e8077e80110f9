"""Tests of the reader of HAR files: whatever is broken, the rest is read."""

import base64
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.capture.flow import Flow, Unreadable
from harness.capture.har import read_har

AT = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)


def entry(**rest: Any) -> dict[str, Any]:
    content = {"text": '{"accepted": true}'}
    return {
        "startedDateTime": "2026-03-01T08:00:30.000Z",
        "time": 250,
        "request": {
            "method": "post",
            "url": "http://h/dls/usage",
            "postData": {"text": "{}"},
        },
        "response": {"status": 200, "content": content},
        **rest,
    }


def har_of(entries: list[Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def read(content: bytes) -> list[Flow | Unreadable]:
    return list(read_har(io.BytesIO(content)))


def test_an_entry() -> None:
    """An entry is a flow, with all that rules need."""
    assert read(har_of([entry(pageref="page_1")])) == [
        Flow(
            position=0,
            at=AT,
            over_at=AT + timedelta(milliseconds=250),
            method="POST",
            url="http://h/dls/usage",
            body=b"{}",
            status=200,
            answer=b'{"accepted": true}',
            connection="page page_1",
        )
    ]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (1, "expected an object"),
        ({}, "expected the key 'request'"),
        (entry(startedDateTime="yesterday"), "startedDateTime: expected a time"),
        (entry(request={"method": 1, "url": "http://h"}), "method: expected a string"),
        (entry(request=None), "not subscriptable"),
        (
            entry(
                response={"status": 200, "content": {"text": "abc", "encoding": "base64"}}
            ),
            "expected base64",
        ),
    ],
)
def test_a_broken_entry_is_named(broken: Any, problem: str) -> None:
    """One broken entry is left out and named; those around it are read."""
    first, second, third = read(har_of([entry(), broken, entry()]))
    assert isinstance(second, Unreadable)
    assert second.position == 1
    assert problem in second.problem
    assert [f.position for f in (first, third) if isinstance(f, Flow)] == [0, 2]


def test_broken_json_within() -> None:
    """An entry that is no JSON is left out; the next one is found by its braces."""
    text = har_of([entry(), {"broken": "HERE"}, entry()])
    text = text.replace(b'"broken": "HERE"', b'"broken": nonsense')
    first, second, third = read(text)
    assert isinstance(second, Unreadable)
    assert isinstance(first, Flow)
    assert isinstance(third, Flow)


def test_an_entry_without_end() -> None:
    """After an entry that has no end the next one is found by how it begins."""
    text = har_of([entry(), entry(), entry()])
    where = text.index(b'"response"', len(text) // 2)
    flows = read(text[:where] + b'"' + text[where:])
    assert isinstance(flows[0], Flow)
    assert isinstance(flows[-1], Flow)
    assert any(isinstance(flow, Unreadable) for flow in flows)


@pytest.mark.parametrize("left", [0.4, 0.7, 0.99])
def test_a_truncated_file(left: float) -> None:
    """Of a file that is cut off all whole entries are read, and the end is told."""
    text = har_of([entry() for _ in range(20)])
    *whole, last = read(text[: int(len(text) * left)])
    assert len(whole) >= int(20 * left) - 2
    assert all(isinstance(flow, Flow) for flow in whole[:-1])
    assert isinstance(last, Unreadable)


def test_no_entries() -> None:
    """A file without a list of entries is none."""
    with pytest.raises(ValueError, match="no list of entries"):
        read(b'{"log": {}}')


@pytest.mark.parametrize("status", [0, -1, None])
def test_no_answer(status: Any) -> None:
    """Tools write where no answer came in their own ways."""
    (flow,) = read(har_of([entry(response={"status": status, "content": {}})]))
    assert isinstance(flow, Flow)
    assert (flow.status, flow.answer, flow.is_answer_held) == (None, None, True)


def test_answer_that_was_not_kept() -> None:
    """A tool that keeps no bodies says nothing about the answer."""
    (flow,) = read(har_of([entry(response={"status": 200, "content": {"size": 18}})]))
    assert isinstance(flow, Flow)
    assert (flow.status, flow.answer, flow.is_answer_held) == (200, None, False)


def test_encoded_bodies() -> None:
    """Base64, and on top of it gzip, are undone in requests and answers."""
    packed = base64.b64encode(gzip.compress(b'{"a": 1}')).decode()
    headers = [{"name": "Content-Encoding", "value": "gzip"}]
    posted = {"text": packed, "encoding": "base64"}
    request = {"method": "POST", "url": "http://h/", "postData": posted, "headers": headers}
    response = {"status": 200, "content": posted, "headers": headers}
    (flow,) = read(har_of([entry(request=request, response=response)]))
    assert isinstance(flow, Flow)
    assert (flow.body, flow.answer) == (b'{"a": 1}', b'{"a": 1}')


def test_post_data_without_text() -> None:
    """Fields of a form need no text."""
    posted = {"mimeType": "x", "params": [{"name": "a", "value": "b c"}]}
    request = {"method": "POST", "url": "http://h/", "postData": posted}
    (flow,) = read(har_of([entry(request=request)]))
    assert isinstance(flow, Flow)
    assert flow.body == b"a=b+c"


def test_byte_by_byte() -> None:
    """However few bytes come at a time, the same is read."""

    class Slow(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(7)

    text = har_of([entry(comment='a "quoted" } brace'), entry()])
    assert list(read_har(Slow(text))) == read(text)


def test_pretty_printed() -> None:
    """Blanks and line ends between the entries are nothing."""
    text = json.dumps(json.loads(har_of([entry(), entry()])), indent=2).encode()
    assert len([flow for flow in read(text) if isinstance(flow, Flow)]) == 2


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"startedDateTime": [[["deep"] * 900]]}, "startedDateTime: expected a time, got"),
        ({"response": {"status": 10**30}}, "status: expected one of three digits"),
        ({"request": {"method": ["x" * 9000], "url": "u"}}, "method: expected a string"),
    ],
)
def test_what_is_wrong_is_told_in_short(part: dict[str, Any], problem: str) -> None:
    """However much of it there is, what is wrong takes one line."""
    (told,) = read(har_of([entry(**part)]))
    assert isinstance(told, Unreadable)
    assert told.problem.startswith(problem)
    assert len(told.problem) < 250


def test_half_a_surrogate_pair() -> None:
    """JSON can spell what is no text; it is made one, which a recording can hold."""
    request = {"method": "po\ud800st", "url": "http://h/\ud800"}
    (flow,) = read(har_of([entry(request=request, pageref="\udfff")]))
    assert isinstance(flow, Flow)
    assert (flow.method, flow.url) == ("PO\\UD800ST", "http://h/\\ud800")
    assert flow.connection == "page \\udfff"


def test_a_long_text_takes_no_more_memory_than_it_has(bounded: Any) -> None:
    """A text of 20 MB is read in some multiple of that, and not of its characters."""
    bounded(
        """
        import io
        from harness.capture.har import read_har
        text = b'{"entries": [{"x": "' + b"a" * 20_000_000 + b'"}]}'
        print(len(list(read_har(io.BytesIO(text)))))
        """,
        "1",
    )


class Counting(io.BytesIO):
    """Counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        chunk = super().read(size)
        self.taken += len(chunk)
        return chunk


def test_marks_without_entries_are_passed_one_by_one() -> None:
    """Brackets in the place of entries do not make it read the whole file at once."""
    file = Counting(b'{"entries": [' + b"[" * (20 << 20))
    assert isinstance(next(read_har(file)), Unreadable)
    assert file.taken < 4 << 20


def test_entries_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many entries that have no end some are told, and the rest is left alone."""
    monkeypatch.setattr("harness.capture.har_stream._MOST_IN_VAIN", 1 << 20)
    told = read(b'{"entries": [{"time":' + b',{"time":' * 50_000)
    assert isinstance(told[-1], Unreadable)
    assert told[-1].problem.startswith("too many entries have no end")
    assert len(told) < 10


@pytest.mark.parametrize("written", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_ends_of_the_calendar(written: str) -> None:
    """An entry of such a day is told, for nobody can add a month to it."""
    told, flow = read(har_of([entry(startedDateTime=written), entry()]))
    assert isinstance(told, Unreadable)
    assert told.problem.startswith("expected an instant from 2 to 9998")
    assert isinstance(flow, Flow)
