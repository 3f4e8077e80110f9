"""The measurement of the mock's throughput: what it counts, and that it runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.load import end_of_answer

ROOT = Path(__file__).parents[2]
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"


@pytest.mark.parametrize("answer", [PLAIN, CHUNKED])
def test_knows_where_an_answer_ends(answer) -> None:
    """An answer counts once it is whole, and not a byte earlier."""
    assert end_of_answer(answer) == len(answer)
    assert end_of_answer(answer + b"HTTP") == len(answer)
    assert [end_of_answer(answer[:size]) for size in range(len(answer))] == [None] * len(
        answer
    )


def test_measures_side_by_side() -> None:
    """Every server of ours is measured in every round, and nothing fails."""
    command = ["-m", "bench.mock_throughput", "--rounds", "1", "--seconds", "0.2"]
    ended = subprocess.run(
        [sys.executable, *command, "--no-peers"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    # How quick the mock is on a machine that is busy with tests proves nothing.
    assert ended.returncode in (0, 1), ended.stderr
    rows = dict(re.findall(r"^(\S.*?) {2,}(\d+) ", ended.stdout, re.MULTILINE))
    assert list(rows) == [
        "bare aiohttp",
        "bare aiohttp, no routes",
        "mock, in memory",
        "mock, SQLite",
    ]
    assert all(int(rate) > 0 for rate in rows.values())
    assert "failed" not in ended.stdout
