"""One file, judged: what is left of it when that is done."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.traffic import Fleet, backlog, recording, write
from harness.domain.recording import AnyEvent

MANY = (Fleet(10, days=5), Fleet(200, slots=3))
#: A process of its own: the threads of other tests leave much behind.
LEFT_BEHIND = """
import gc, sys
from harness.suite.portion import portion_of

first, second = sys.argv[1:]
portion_of(first, is_part=False)  # what is made once is made now
gc.collect()
gc.disable()
portion_of(second, is_part=False)
print(gc.collect())
"""


@pytest.mark.parametrize(
    "events",
    [*map(recording, MANY), backlog(500, starts=3)],
    ids=["many days", "many devices", "a backlog"],
)
def test_nothing_is_left_behind(tmp_path: Path, events: Iterator[AnyEvent]) -> None:
    """What a recording was judged with is gone at once: no collector has to find it."""
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    write(first, recording(Fleet(1)))
    assert write(second, events) > 1_000
    command = (sys.executable, "-c", LEFT_BEHIND, str(first), str(second))
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout == "0\n"
