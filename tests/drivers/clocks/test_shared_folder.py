"""Folders in memory: what a killed process leaves behind is removed by the next."""

import subprocess
import sys
from pathlib import Path

from harness.drivers.clocks.shared_folder import SharedFolder, clear_abandoned

#: Makes a folder, tells where, and waits for its end.
_PROGRAM = """
from harness.drivers.clocks.shared_folder import SharedFolder
print(SharedFolder().path, flush=True)
input()
"""


def test_what_a_killed_process_leaves_is_removed() -> None:
    """As long as it lives its folder stays; when it is killed, the folder goes."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as other:
        assert other.stdout is not None
        folder = Path(other.stdout.readline().strip())
        clear_abandoned(folder.parent)
        was_kept = folder.is_dir()
        other.kill()
    assert was_kept
    assert folder.is_dir()
    clear_abandoned(folder.parent)
    assert not folder.exists()


def test_its_own_stays_until_it_is_closed() -> None:
    """The process that uses a folder does not take it for one that was left."""
    folder = SharedFolder()
    clear_abandoned(folder.path.parent)
    assert folder.path.is_dir()
    folder.close()
    assert not folder.path.exists()


def test_a_folder_that_is_being_made_stays(tmp_path: Path) -> None:
    """Without a lock nobody knows whose it is."""
    fresh = tmp_path / "dlscheck-clock-fresh"
    fresh.mkdir()
    clear_abandoned(tmp_path)
    assert fresh.is_dir()
