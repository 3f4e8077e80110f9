"""``dlscheck judge --engine``: the same results, wherever they come from."""

import sys
from pathlib import Path
from typing import Any

import pytest

from bench import distributed_judge

PARTS = 4


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("crowd")
    return distributed_judge.write(folder, devices=60, exchanges=1_500, parts=PARTS)


def test_dask_says_the_same(recordings: tuple[Path, Path]) -> None:
    """A capture in parts, judged by workers of dask, says what it says whole and here."""
    whole, parts = recordings
    here, _ = distributed_judge.judge(whole)
    assert b'"violated"' in here
    assert distributed_judge.judge(parts)[0] == here
    assert distributed_judge.judge(parts, "--engine", "dask")[0] == here


def test_without_dask(dlscheck: Any, recordings: tuple[Path, Path]) -> None:
    """Where it is not installed one message says how to come by it."""
    script = (
        "import sys; sys.modules['distributed'] = None\n"
        "from harness.cli.main import main; main()"
    )
    program = (sys.executable, "-c", script)
    ended = dlscheck("judge", recordings[1], "--engine", "dask", program=program)
    assert ended.code == 2
    assert "pip install 'dlscheck[dask]'" in ended.message
    assert dlscheck("judge", recordings[1], program=program).code == 1


def test_no_scheduler(here: Any, recordings: tuple[Path, Path]) -> None:
    """An address that is none is told."""
    ended = here("judge", recordings[1], "--engine", "dask", "--scheduler", "no://where")
    assert ended.code == 2
    assert ended.message.startswith("--scheduler no://where: expected the address of")


def test_scheduler_alone(here: Any, recordings: tuple[Path, Path]) -> None:
    """An address for an engine that has none is a mistake."""
    ended = here("judge", recordings[1], "--scheduler", "tcp://127.0.0.1:1")
    assert ended.code == 2
    assert "expected --engine dask as well" in ended.message


def test_inspect_writes_parts(here: Any, recordings: tuple[Path, Path]) -> None:
    """What ``inspect --partitions`` writes is judged as what it writes without."""
    whole, _ = recordings
    out = whole.parent / "out"
    options = ("--out", out, "--allow-incomplete", "-q")
    here("inspect", whole, *options)
    here("inspect", whole, *options, "--partitions", "3")
    found = [
        distributed_judge.judge(out / "recordings" / name)[0]
        for name in ("crowd.jsonl.jsonl", "crowd.jsonl.parts")
    ]
    assert found[0] == found[1]


def test_parts_have_no_place(here: Any, recordings: tuple[Path, Path]) -> None:
    """Parts need a folder."""
    ended = here("inspect", recordings[0], "--partitions", "3")
    assert ended.code == 2
    assert ended.message == "--partitions: say with --out where the parts go"
