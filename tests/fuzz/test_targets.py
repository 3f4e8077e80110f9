"""Parsers that meet bytes of others: a small part of what ``make fuzz`` does for long."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.documents import READERS, YAML
from fuzz.mutation import LARGE, hostile
from fuzz.target import Target
from fuzz.targets import TARGETS

_MOST_CPU_SECONDS = 5.0
_EXAMPLES = 40


def feed(target: Target, data: bytes) -> None:
    began = time.process_time()
    target.feed(data)
    assert time.process_time() - began < _MOST_CPU_SECONDS, data[:100]


@pytest.mark.parametrize("name", TARGETS)
def test_what_it_reads_and_what_is_large(name: str) -> None:
    """A parser reads its own examples, and is not held up by nesting or length."""
    target = TARGETS[name]
    for data in (*target.seeds, *LARGE, b""):
        feed(target, data)


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_what_nobody_meant(name: str, data: st.DataObject) -> None:
    """Whatever comes, a parser neither fails nor hangs."""
    target = TARGETS[name]
    feed(target, data.draw(hostile(target.seeds)))


def test_every_target_is_known_by_its_name() -> None:
    """Names are what the command takes, and no two targets share one."""
    assert all(re.fullmatch("[a-z]+", name) for name in TARGETS)
    assert [target.name for target in TARGETS.values()] == list(TARGETS)


@pytest.mark.parametrize("seed", YAML.seeds, ids=range(len(YAML.seeds)))
def test_examples_are_what_they_should_be(seed: bytes, tmp_path: Path) -> None:
    """Fuzzing begins with files that are in order, so that it gets far into them."""
    path = tmp_path / "example.yaml"
    path.write_bytes(seed[1:])
    READERS[seed[0]](path)
