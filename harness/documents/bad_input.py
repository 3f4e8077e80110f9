"""The one exception for input that we cannot work with."""

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


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """Say that *name* is no *what*, which names are, and which one may be meant."""
    names = sorted(known)
    near = get_close_matches(name, names, n=_MOST_NEAR)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    left = len(names) - _MOST_LISTED
    listed = ", ".join(names if left <= 0 else near or names[:_MOST_NEAR])
    more = f" and others, {len(names)} in all" if left > 0 else ""
    return f"unknown {what} {name!r};{hint} known: {listed}{more}"
