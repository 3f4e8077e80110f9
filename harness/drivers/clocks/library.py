"""Building the library of virtual time: once for a compiler, kept for the user."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from harness.documents.bad_input import BadInput

SOURCES = Path(__file__).parents[1] / "preload"

_MACHINES = ("x86_64", "aarch64")
#: What the library is compiled with.
FLAGS = (
    *("-shared", "-fPIC", "-O2", "-std=gnu11", "-fvisibility=hidden", "-fexceptions"),
    *("-Wall", "-Wextra"),
)
#: What it is linked with.
LIBRARIES = ("-ldl", "-lpthread", "-lrt")
_LONGEST_BUILD_SECONDS = 120


@cache
def preload_library() -> Path:
    """
    Return the library, building it if that has not been done with these sources.

    Raises:
        BadInput: This machine cannot build or use it.
    """
    _check_machine()
    compiler = _compiler()
    kept = _cache() / f"clock-{_digest(compiler)}.so"
    if not kept.exists():
        _build(compiler, kept)
    return kept


def _check_machine() -> None:
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        raise BadInput(
            "clock mode 'preload': expected Linux on x86-64 or arm64, got "
            f"{platform.system()} on {platform.machine()}; on other machines give the SDK "
            "a clock (mode 'injected')"
        )


def _compiler() -> str:
    asked = os.environ.get("CC", "cc")
    found = shutil.which(asked)
    if found is None:
        raise BadInput(
            f"clock mode 'preload' needs a C compiler, and there is no {asked!r} in PATH; "
            "install one (Debian: apt install gcc libc6-dev) or name it with CC=…, or give "
            "the SDK a clock (mode 'injected')"
        )
    return found


def _digest(compiler: str) -> str:
    version = subprocess.run(
        [compiler, "--version"],
        capture_output=True,
        timeout=_LONGEST_BUILD_SECONDS,
        check=False,
    )
    digest = hashlib.sha256(version.stdout)
    digest.update(" ".join((platform.machine(), *FLAGS)).encode())
    for source in sorted(SOURCES.glob("*.[ch]")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:24]


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "dlscheck"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"clock mode 'preload': {folder} cannot be made: {error.strerror}; name "
            "another folder with XDG_CACHE_HOME=…"
        ) from error
    return folder


def _build(compiler: str, kept: Path) -> None:
    """Compile into a file beside *kept*, and put it there in one step."""
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        made = Path(folder) / "clock.so"
        sources = map(str, sorted(SOURCES.glob("*.c")))
        command = [compiler, *FLAGS, "-o", str(made), *sources, *LIBRARIES]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=_LONGEST_BUILD_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise BadInput(f"{compiler} takes longer than {error.timeout:g} s") from error
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip()
            raise BadInput(
                f"clock mode 'preload': {compiler} cannot build the library (the C "
                f"library's headers may be missing; Debian: apt install libc6-dev):\n{said}"
            )
        made.replace(kept)
