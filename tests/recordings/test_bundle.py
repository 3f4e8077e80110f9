"""Evidence bundles as files: what is written is read back, and no bomb goes off."""

import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harness.documents.bad_input import BadInput
from harness.recordings.bundle import RECORDING, open_recording, write_bundle
from harness.recordings.reader import read_recording


def _opened(path: Path) -> bytes:
    with open_recording(path) as file:
        return file.read()


def test_there_and_back(tmp_path: Path) -> None:
    """The recording of a bundle is what was put into it; the same content, one file."""
    for name in ("a.zip", "b.zip"):
        write_bundle(tmp_path / name, {"x.txt": b"x", RECORDING: b"1\n2\n"})
    assert _opened(tmp_path / "a.zip") == b"1\n2\n"
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_plain_recording(tmp_path: Path) -> None:
    """A recording that is no bundle is read as it is."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"1\n")
    assert _opened(path) == b"1\n"


def test_bomb(tmp_path: Path) -> None:
    """A recording that unpacks to far more than it takes is refused."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(RECORDING, bytes(100_000_000))
    with pytest.raises(BadInput, match="unpacks to more than"):
        _opened(path)


def test_bomb_that_lies(tmp_path: Path) -> None:
    """What the zip says of its lengths is not relied upon."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(RECORDING, bytes(50_000_000))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 50_000_000), struct.pack("<L", 10)))
    with pytest.raises(BadInput):
        _opened(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected an evidence bundle"),
        (b"no zip at all", "expected an evidence bundle"),
        (
            b"PK\x05\x06" + bytes(18),
            "expected recording.jsonl in the bundle, found nothing",
        ),
    ],
)
def test_no_bundle(tmp_path: Path, content: bytes, message: str) -> None:
    """What is no bundle is told in one message."""
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        list(read_recording(path))


def test_missing(tmp_path: Path) -> None:
    """A bundle that is not there is told as a recording is."""
    with pytest.raises(BadInput, match=r"x\.zip: cannot be read: No such file"):
        list(read_recording(tmp_path / "x.zip"))


@pytest.mark.parametrize("place", range(0, 240, 7))
def test_damaged(tmp_path: Path, place: int) -> None:
    """A bundle with a damaged byte is read or refused, and never a traceback."""
    path = tmp_path / "x.zip"
    write_bundle(path, {RECORDING: b'{"event": "recording-opened"}\n' * 9})
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 0xFF
    path.write_bytes(content)
    outcome: Any
    try:
        outcome = _opened(path)
    except BadInput as error:
        outcome = str(error)
    assert outcome
