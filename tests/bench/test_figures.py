"""The figures: how they are worked out, and that all that is measured can be measured."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bench.captures import write_har, write_jsonl, write_mitm
from bench.figures.figure import Figure, Results
from bench.figures.spent import exponent, interleaved, ratio, spent_by
from bench.figures.table import line_of, page_with
from bench.traffic import Fleet, backlog, recording
from harness.capture.inspection import inspect_capture, open_capture
from harness.capture.told import Told
from harness.judge import judge

ROOT = Path(__file__).parents[2]
RESULTS = Results(
    python="3.13",
    processor="one",
    cores=2,
    load=0.0,
    is_quick=True,
    wall_seconds=60.0,
    figures=(
        Figure(group="a", name="quick", value=4.0, unit="/s", bar=2.0),
        Figure(group="a", name="slow", value=1.0, unit="/s", bar=2.0),
        Figure(group="a", name="late", value=3.0, unit="s", bar=2.0, sense="most"),
        Figure(
            group="a",
            name="near",
            value=9.0,
            unit="/s",
            against="b",
            ratio=0.9,
            bar=0.8,
            of="ratio",
        ),
        Figure(group="a", name="free", value=1.0, unit="/s"),
    ),
    missing={"b": "no such thing"},
)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_exponent(power: float) -> None:
    """What grows with a power of the size is told by that power."""
    sizes = [10, 100, 1_000]
    assert exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)


def test_contenders_take_turns() -> None:
    """Each runs once a round, one after the other; twice as slow is a ratio of a half."""
    told: list[str] = []
    seconds = interleaved(2, {"a": lambda: told.append("a"), "b": lambda: told.append("b")})
    assert told == ["a", "b", "a", "b"]
    assert [len(rounds) for rounds in seconds.values()] == [2, 2]
    assert ratio({"a": [2.0, 4.0], "b": [1.0, 2.0]}, "a", "b") == 0.5


def test_spent() -> None:
    """A command's processor time counts, and that of the processes that it started."""
    burn = "sum(range(10**7))"
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{burn}'])"
    idle, busy = (
        spent_by([sys.executable, "-c", code]).cpu for code in ("import subprocess", inner)
    )
    assert busy > 2 * idle
    assert spent_by([sys.executable, "-c", "exit(3)"]).exit == 3


def test_peak_of_memory() -> None:
    """A command's peak is its own, however much the one holds that measures it."""
    held = bytearray(200 * 2**20)
    bare, full = (
        spent_by([sys.executable, "-c", f"held = b'x' * {size}"]).peak_mib
        for size in (1, 50 * 2**20)
    )
    assert bare < 50 < full - bare + 5
    assert full < len(held) / 2**20


def test_bars() -> None:
    """Each figure says whether its bar is met, or by how much not."""
    assert [one.is_met for one in RESULTS.figures] == [True, False, False, True, None]
    assert "met (least 2)" in line_of(RESULTS.figures[0])
    assert "missed by a factor of 2 (least 2)" in line_of(RESULTS.figures[1])
    assert "missed by a factor of 1.5 (most 2)" in line_of(RESULTS.figures[2])


def test_the_page_keeps_the_rest() -> None:
    """A new table stands where the old one was; what is around it stays as it is."""
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    once = page_with(page, RESULTS)
    assert page_with(once, RESULTS) == once
    assert "| a: near | 9 /s | 0.9 of b | met (least 0.8) |  |" in once
    assert "| b | not measured: no such thing | | | |" in once
    assert page_with(once, RESULTS).startswith(page[: page.index("<!-- results")])


def test_the_fleet_is_sound() -> None:
    """No rule has anything to say against what is judged for speed, and most are awake."""
    judged = judge(recording(Fleet(4, days=40, slots=6)))
    assert judged.violated() == ()
    assert len(judged.exercised()) > 30
    assert judged.ledger.performed == judged.ledger.stored + judged.ledger.pending
    late = judge(backlog(500, starts=3, devices=2))
    assert late.violated() == ()
    assert late.ledger.stored == 1_000


@pytest.mark.parametrize(
    ("name", "write"), [("har", write_har), ("mitm", write_mitm), ("jsonl", write_jsonl)]
)
def test_captures_are_sound(tmp_path: Path, name: str, write) -> None:
    """The captures hold what they should, and no rule has anything to say against them."""
    path = tmp_path / f"capture.{name}"
    write(path, 60)
    with open_capture(str(path), "auto", ()) as reading:
        found = inspect_capture(reading, Told(), None, case=name)
    assert found.findings.messages == 60
    assert found.judgement.violated() == ()


def test_everything_can_be_measured(tmp_path: Path) -> None:
    """A quick run measures every group; the mock's has a test of its own."""
    groups = ("judge", "inspect", "suite", "stories", "start-up", "growth")
    out = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench.figures", "--quick", "--out", str(out)]
    only = [word for group in groups for word in ("--only", group)]
    subprocess.run([*command, *only], check=True, cwd=ROOT, timeout=300)
    results = msgspec.json.decode(out.read_bytes(), type=Results)
    assert results.is_quick
    assert {one.group for one in results.figures} == set(groups)
