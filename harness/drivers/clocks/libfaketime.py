"""Where libfaketime is."""

import contextlib
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.stillness import is_alive

#: For programs with threads, as they all are.
_NAME = "faketime/libfaketimeMT.so.1"
_FOLDERS = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")


def faketime_library(mode: str) -> Path:
    """
    Return libfaketime's library, for the clock mode *mode*.

    Raises:
        BadInput: It is not installed.
    """
    for folder in _FOLDERS:
        for found in (Path(folder) / _NAME, *sorted(Path(folder).glob(f"*/{_NAME}"))):
            if found.exists():
                return found
    raise BadInput(
        f"clock mode {mode!r} needs libfaketime, and there is no {_NAME} in "
        f"{', '.join(_FOLDERS)} or one level below; install it (Debian: apt install "
        "libfaketime), or choose another mode with --clock"
    )


def remove_leftovers() -> None:
    """Remove what libfaketime left in memory of processes that were killed."""
    for path in Path("/dev/shm").glob("*faketime_s??_*"):
        number = path.name.rpartition("_")[2]
        if number.isdigit() and not is_alive(int(number)):
            with contextlib.suppress(OSError):
                path.unlink()
