"""The README's picture of a report is one that can be taken again."""

import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "picture" / "report.png"
FAULTY = ROOT / "sdks" / "reference" / "faulty" / "retries-at-next-tick.yaml"
#: A README that is slow to load is not read.
_MOST_BYTES = 200 * 1024


def _size(picture: Path) -> tuple[int, int]:
    """Width and height, from the head of a PNG."""
    head = picture.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", head[16:24])


def test_the_picture_is_small() -> None:
    """The picture that is kept is no larger than a README can bear."""
    assert PICTURE.stat().st_size < _MOST_BYTES


def test_the_picture_can_be_taken_again(tmp_path: Path) -> None:
    """From a run of today comes a picture of the same width, down to a timeline."""
    dlscheck = Path(sys.executable).parent / "dlscheck"
    few = ("-n1", "-k", "one-failure and status-503", "--out", tmp_path)
    ended = subprocess.run(
        [dlscheck, "run", FAULTY, *few], check=False, capture_output=True
    )
    assert ended.returncode == 1, ended.stderr
    script = ROOT / "docs" / "picture" / "take.py"
    picture = tmp_path / "report.png"
    subprocess.run([sys.executable, script, tmp_path / "report.html", picture], check=True)
    width, height = _size(picture)
    kept_width, kept_height = _size(PICTURE)
    assert width == kept_width
    assert abs(height - kept_height) < kept_height / 4
