"""
An evidence bundle: a zip with all that belongs to one finding.

It holds the finding and its rule (``evidence.json``), the recording, the scenario, and the
same in words. Whoever gets it can judge it again. It may come from anywhere: nothing but
the recording is unpacked, and no more of it than a recording may be long.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from harness.documents.bad_input import BadInput

RECORDING = "recording.jsonl"
#: No recording of ours comes near it; what is longer was made to fill a disk.
_LONGEST_BYTES = 256_000_000
#: JSON of a recording shrinks to a thirtieth; what shrinks to less is no recording.
_SMALLEST_SHARE = 300
#: Bundles of the same finding are the same, whenever they are written.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write_bundle(path: Path, files: Mapping[str, bytes]) -> None:
    """Write *files*, by their names, into the zip at *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            bundle.writestr(info, content)


def is_bundle(path: Path) -> bool:
    """Tell whether the file at *path* is a bundle, going by its name."""
    return path.suffix == ".zip"


def open_recording(path: Path) -> io.BufferedIOBase:
    """
    Open the recording at *path*, or the one in the bundle at *path*.

    Raises:
        BadInput: It is no bundle, has no recording in it, or a far too long one.
        OSError: It cannot be read.
    """
    if not is_bundle(path):
        return path.open("rb")
    try:
        with zipfile.ZipFile(path) as bundle:
            return io.BytesIO(_recording_in(path, bundle))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        problem = f"expected an evidence bundle, a zip: {error}"
        raise BadInput(f"{path}: {problem}") from error


def _recording_in(path: Path, bundle: zipfile.ZipFile) -> bytes:
    if RECORDING not in bundle.namelist():
        held = ", ".join(bundle.namelist()[:5]) or "nothing"
        raise BadInput(f"{path}: expected {RECORDING} in the bundle, found {held}")
    info = bundle.getinfo(RECORDING)
    most = min(_LONGEST_BYTES, max(info.compress_size, 1) * _SMALLEST_SHARE)
    with bundle.open(info) as file:
        # What the zip says of its lengths is not relied upon.
        content = file.read(most + 1)
    if len(content) > most:
        raise BadInput(
            f"{path}: {RECORDING} unpacks to more than {most} bytes: no recording does"
        )
    return content
