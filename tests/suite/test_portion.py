"""One file, judged: what is left of it when that is done."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.traffic import Fleet, backlog, recording, write
from harness.domain.recording import AnyEvent
from harness.suite.portion import portion_of

MANY = (Fleet(10, days=5), Fleet(200, slots=3))


@pytest.mark.parametrize(
    "events",
    [*map(recording, MANY), backlog(500, starts=3)],
    ids=["many days", "many devices", "a backlog"],
)
def test_nothing_is_left_behind(tmp_path: Path, events: Iterator[AnyEvent]) -> None:
    """What a recording was judged with is gone at once: no collector has to find it."""
    path = tmp_path / "recording.jsonl"
    write(path, recording(Fleet(1)))
    portion_of(str(path), is_part=False)  # what is made once is made now
    assert write(path, events) > 1_000
    gc.collect()
    gc.disable()
    try:
        portion_of(str(path), is_part=False)
        assert gc.collect() == 0
    finally:
        gc.enable()
