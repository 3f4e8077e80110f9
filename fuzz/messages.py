"""Messages of clients and drivers, and faults as people write them."""

from functools import cache
from pathlib import Path

import msgspec
import zstandard

from fuzz.target import Target
from harness.capture.encoding import undone
from harness.documents.wire_profile import load_profile
from harness.domain.message import Answer, Request
from harness.drivers.complaint import Complaint
from harness.drivers.contract import METHODS
from harness.drivers.json_rpc import read_answer, read_plain_answer
from harness.drivers.line_buffer import LineBuffer
from harness.wire.codec import Profile
from harness.wire.profile import Kind
from mock_server.faults.one_liner import parse_fault, render_fault

_KINDS: tuple[Kind, ...] = ("authorization", "usage")
_MOST_UNPACKED = 64 << 20
_ENCODINGS = ("gzip", "deflate", "zstd", "br")
_LONGEST_LINE = 1000

_AUTHORIZATION = b'{"clientUuid":"c-1","handshakeCode":"200001-demo","instances":2}'
_USAGE = (
    b'{"reports":[{"timeLabel":"2026-03-01T08:00:00Z","handshakeCode":"200001-demo",'
    b'"clientUuid":"c-1","usage":[{"type":"QR_CODE","count":3},{"type":"AZTEC","count":1}]}]}'
)
_GRANT = b'{"token":"t","handshakeCode":"h","validUntil":"2026-03-02T00:00:00Z"}'
_QUERY = b"ext=eyJjdSI6ImMtMSIsIm9nIjoibyJ9&x=1"


def feed_wire(data: bytes) -> None:
    """A profile reads any body; what it has read can be written into a recording."""
    choice, body = data[:1], data[1:]
    number = choice[0] if choice else 0
    profile = _profiles()[number % len(_profiles())]
    kind = _KINDS[(number >> 2) % 2]
    query = body.decode(errors="surrogateescape")
    reading = profile.read_request(kind, body, query)
    if reading.message is not None:
        text = msgspec.json.encode(reading.message)
        assert msgspec.json.decode(text, type=Request) == reading.message, text
    msgspec.msgpack.encode(reading)
    assert reading.problem is None or len(reading.problem) < 1000
    answer = profile.read_answer(kind, 200, body)
    if answer is not None:
        assert msgspec.json.decode(msgspec.json.encode(answer), type=Answer) == answer


@cache
def _profiles() -> tuple[Profile, ...]:
    return tuple(
        load_profile(name, Path()) for name in ("open-json", "dynamsoft", "opaque")
    )


def feed_driver(data: bytes) -> None:
    """Whatever a driver writes is an answer or a complaint that can be printed."""
    lines = LineBuffer(_LONGEST_LINE)
    step = data[0] + 1 if data else 1
    for begin in range(1, len(data), step):
        try:
            whole = lines.feed(data[begin : begin + step])
        except OverflowError:
            return
        for line in whole:
            _read_line(line)
    _read_line(lines.unfinished)


def _read_line(line: bytes) -> None:
    for method in METHODS.values():
        try:
            msgspec.json.encode(read_answer(line, 1, method))
        except Complaint as complaint:
            assert len(str(complaint)) < 10_000
    try:
        read_plain_answer(line, 1)
    except Complaint as complaint:
        assert len(str(complaint)) < 10_000


def feed_fault(data: bytes) -> None:
    """A line is a fault, which is written as it is read, or a `ValueError`."""
    try:
        fault = parse_fault(data.decode(errors="replace"))
    except ValueError:
        return
    assert parse_fault(render_fault(fault)) == fault


def feed_encoding(data: bytes) -> None:
    """A body is unpacked, to no more than a message may have."""
    encoding = _ENCODINGS[data[0] % len(_ENCODINGS)] if data else ""
    assert len(undone(data[1:], {"content-encoding": encoding})) <= _MOST_UNPACKED


WIRE = Target(
    "wire",
    feed_wire,
    (
        b"\x00" + _AUTHORIZATION,
        b"\x04" + _USAGE,
        b"\x00" + _GRANT,
        b"\x01" + _QUERY,
        b'\x00{"error":{"code":-1,"message":"no"}}',
        b'\x04{"reports":[{"timeLabel":8,"usage":[{"type":1,"count":1e3}]}]}',
    ),
)
DRIVER = Target(
    "driver",
    feed_driver,
    (
        b'\x08{"jsonrpc":"2.0","id":1,"result":{"ok":true}}\n',
        b'\xff{"jsonrpc":"2.0","id":1,"result":{"contract":1,"sdk":"x","version":"1",'
        b'"product":"dbr","generations":["dls"],"clock":["injected"],"capabilities":[]}}\n',
        b'\xff{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"none"}}\n',
        b'\xff{"jsonrpc":"2.0","id":1,"result":{"error":{"code":-10,"message":"m"}}}\n',
    ),
)
FAULT = Target(
    "fault",
    feed_fault,
    (
        b"usage:2 status=503 times=3",
        b"authorization hang hold=2s probability=50% lasts=3m",
        b"usage truncated bytes=4 header.x=y query.a=* since=2026-03-01T08:00:00Z",
        b"usage:3 reset stored every=2",
    ),
)
ENCODING = Target(
    "encoding",
    feed_encoding,
    (
        b"\x00\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03KLJ\x06\x00\xc2A$5\x03\x00\x00\x00",
        b"\x01x\x9cKLJ\x06\x00\x02M\x01'",
        b"\x02" + zstandard.compress(b"abcabcabc"),
        b"\x03\x0b\x01\x80abc\x03",
    ),
)
