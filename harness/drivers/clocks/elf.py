"""Why a process does not take its time from a preloaded library."""

import os
import struct
from pathlib import Path

_MAGIC = b"\x7fELF"
_64_BIT = 2
_HEADER = struct.Struct("<16x8xQQQ4x6H")  # entry, segments, sections, sizes and counts
_INTERPRETER = 3
#: Go writes this beside its build information, in every program that it makes.
_GO = b"\xff Go buildinf:"


def why_not_preloaded(process: int, library: Path) -> str | None:
    """Say why *process* does not use *library*; ``None``: it does, or is gone."""
    try:
        maps = Path(f"/proc/{process}/maps").read_text(errors="replace")
        program = os.readlink(f"/proc/{process}/exe")
    except OSError:
        return None
    is_mapped = str(library) in maps
    kind = kind_of_program(Path(f"/proc/{process}/exe"))
    if kind == "go":
        return f"{program} is written in Go, whose runtime does not ask the C library"
    if is_mapped or not maps:
        return None
    if kind == "static":
        return f"{program} is linked statically, so nothing can be loaded before it"
    if kind == "other":
        return f"{program} is no 64-bit ELF program of this machine"
    return (
        f"{program} was started without LD_PRELOAD, or its loader ignores it (a program "
        "that cleans its children's environment, set-user-ID, or no glibc)"
    )


def kind_of_program(path: Path) -> str:
    """Return ``go``, ``static``, ``dynamic``, or ``other`` for the program at *path*."""
    data = path.read_bytes()
    if data[:4] != _MAGIC or data[4] != _64_BIT:
        return "other"
    if _GO in data:
        return "go"
    _, table, _, _, size, count, *_ = _HEADER.unpack_from(data)
    kinds = [struct.unpack_from("<I", data, table + i * size)[0] for i in range(count)]
    return "dynamic" if _INTERPRETER in kinds else "static"
