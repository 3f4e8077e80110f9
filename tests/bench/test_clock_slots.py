"""The measurement of slots in virtual time runs, and sees slots that are lost or early."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOTS = 5


@pytest.mark.parametrize(
    ("bug", "code", "counts"),
    [("", 0, [SLOTS, 0, 0]), ("ticks-early", 1, [3, 0, 2])],
    ids=["sound", "early"],
)
def test_counts_slots(bug, code, counts, monkeypatch) -> None:
    """A sound SDK loses none, and none is early; one that ticks too often is found out."""
    monkeypatch.setenv("PLAIN_BUG", bug)
    command = ["bench.clock_slots", "sdks/plain-python/sdk.yaml", "--slots", str(SLOTS)]
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        check=False,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ended.returncode == code, ended.stderr
    row = re.search(r"^plain-python +(\d+) +(\d+) +(\d+) ", ended.stdout, re.MULTILINE)
    assert row, ended.stdout
    assert [int(count) for count in row.groups()] == counts
