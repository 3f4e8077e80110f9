"""A mock that is killed while clients report: nothing that it acknowledged is lost."""

import asyncio

import pytest

from bench.free_port import free_port
from bench.kill_mock import one_run

POSTS = 300


@pytest.mark.parametrize("kill_at", [40, 220])
def test_acknowledged_is_stored_once(tmp_path, kill_at) -> None:
    """After kill -9 and a restart, every acknowledged unit is there, and once."""
    found = asyncio.run(one_run(tmp_path, free_port(), POSTS, kill_at))
    assert found.acknowledged_before >= kill_at
    assert (found.lost, found.doubled) == (0, 0)
