"""The one exception for input that we cannot work with."""

import errno
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

#: A list of more names than this is not read.
_MOST_LISTED = 70
_MOST_NEAR = 5


class BadInput(Exception):
    """
    What the user gave us is wrong: the command says so in one message and exits with 2.

    The message names the thing, what was expected, what was found, and a way out.
    """


def misplaced(path: Path, line: int | None, message: str) -> BadInput:
    """Return the `BadInput` which says that *message* is about *line* of *path*."""
    where = f"{path}:{line}" if line else str(path)
    return BadInput(f"{where}: {message}")


def unreadable(path: Path, error: OSError, expected: str) -> BadInput:
    """Return the `BadInput` for a file that cannot be read, where one was *expected*."""
    hint = f"; expected {expected}"
    if isinstance(error, FileNotFoundError):
        near = get_close_matches(path.name, _names_beside(path), n=1)
        hint += f". Did you mean {str(path.with_name(near[0]))!r}?" if near else ""
    return BadInput(f"{path}: cannot be read: {error.strerror}{hint}")


def unwritable(path: Path, error: OSError, option: str = "") -> BadInput:
    """Return the `BadInput` for a file or a folder that cannot be written to."""
    named = f"{option} {path}" if option else str(path)
    reason = error.strerror or str(error)
    return BadInput(
        f"{named}: cannot be written to: {reason}; {_WAYS.get(error.errno, _WAY)}"
    )


#: Numbers of the errors that a full disk, or one that takes nothing, gives.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})

#: What helps where something cannot be written, by the error's number.
_WAY = "name another place"
_WAYS: dict[int | None, str] = {
    errno.ENOSPC: "make room, or name another place",
    errno.EFBIG: "lift the limit (ulimit -f), or name another place",
    errno.ENOTDIR: "a part of the path is a file: name a folder",
    errno.EEXIST: "a file is there already: name a folder",
}


def _names_beside(path: Path) -> list[str]:
    try:
        return [other.name for other in path.parent.iterdir()]
    except OSError:
        return []


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """Say that *name* is no *what*, which names are, and which one may be meant."""
    names = sorted(known)
    near = get_close_matches(name, names, n=_MOST_NEAR)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    left = len(names) - _MOST_LISTED
    listed = ", ".join(names if left <= 0 else near or names[:_MOST_NEAR])
    more = f" and others, {len(names)} in all" if left > 0 else ""
    return f"unknown {what} {name!r};{hint} known: {listed}{more}"
