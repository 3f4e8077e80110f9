"""Inspection: exchanges a second from captures, against bare parsing of the same file."""

import statistics
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
from mitmproxy.io import FlowReader

from bench.captures import write_har, write_jsonl, write_mitm
from bench.figures.figure import Figure, Scale
from bench.figures.spent import interleaved, ratio
from harness.capture.inspection import inspect_capture, open_capture
from harness.capture.told import Told
from harness.domain.recording import AnyEvent


def figures(scale: Scale) -> Iterator[Figure]:
    """Inspect what a thousand devices say."""
    for name, write, parse in _FORMATS:
        # mitmproxy's own reader is slow: fewer of its flows tell as much.
        count = scale.pick(1_000 if name == "mitm" else 5_000, 300)
        path = scale.folder / f"capture.{name}"
        write(path, count)
        contenders = {"parse": partial(parse, path), "inspect": partial(_inspected, path)}
        seconds = interleaved(scale.pick(5, 1), contenders)
        yield Figure(
            group="inspect",
            name=f"exchanges a second, .{name}",
            value=count / statistics.median(seconds["inspect"]),
            unit="exchanges/s",
            against=_AGAINST[name],
            ratio=ratio(seconds, "inspect", "parse"),
            note=f"{count} exchanges of a thousand devices",
        )


def _inspected(path: Path) -> None:
    with open_capture(str(path), "auto", ()) as reading:
        found = inspect_capture(reading, Told(), None, case=path.name)
    assert found.judgement.exercised()


def _parse_har(path: Path) -> None:
    msgspec.json.decode(path.read_bytes())


def _parse_mitm(path: Path) -> None:
    with path.open("rb") as file:
        for _ in FlowReader(file).stream():
            pass


def _parse_jsonl(path: Path) -> None:
    decoder = msgspec.json.Decoder(AnyEvent)
    with path.open("rb") as file:
        for line in file:
            decoder.decode(line)


_FORMATS: tuple[tuple[str, Callable[[Path, int], None], Callable[[Path], None]], ...] = (
    ("har", write_har, _parse_har),
    ("mitm", write_mitm, _parse_mitm),
    ("jsonl", write_jsonl, _parse_jsonl),
)
_AGAINST = {
    "har": "msgspec's decoding of the JSON",
    "mitm": "mitmproxy's own reader",
    "jsonl": "typed decoding alone",
}
