"""
Writing files that a kill at any moment leaves whole.

A rename is atomic, so a reader finds the old content or the new, never half of it. Nothing
is forced to the platter: what the kernel has taken survives the death of the process, and a
power cut is not worth a wait per operation.
"""

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Replace the content of `path` in one step."""
    scratch = scratch_beside(path)
    scratch.write_bytes(content)
    os.replace(scratch, path)


def create_whole(path: Path, content: bytes) -> None:
    """Create `path` with its content in one step, unless another process was faster."""
    scratch = scratch_beside(path)
    scratch.write_bytes(content)
    with suppress(FileExistsError):
        os.link(scratch, path)
    scratch.unlink()


def scratch_beside(path: Path) -> Path:
    """A file of this process alone, on the same file system as `path`."""
    return path.with_name(f"{path.name}.{os.getpid()}.tmp")
