"""
Mistakes that users make, each with what the command says of it: the table.

The tests run every line of it, and `docs/mistakes.md` is written from it. To write the
page again: `.venv/bin/python tests/cli/mistakes.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "mistakes.md"


@dataclass(frozen=True)
class Mistake:
    """
    One mistake.

    Attributes:
        what: In a few words.
        command: What is typed, in a folder with ``sdk.yaml`` in it, a conforming SDK;
            ``{port}`` is one that somebody else listens on.
        says: The whole message, without ``dlscheck: `` before it; ``…`` is anything.
        code: The exit code.
        files: What else is in that folder: contents by name.
        env: What is set in the environment.
        alone: It needs a process of its own.
    """

    what: str
    command: str
    says: str
    code: int = 2
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False


def _groups() -> dict[str, list[Mistake]]:
    table = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(table).items()
    return {title: [Mistake(**one) for one in mistakes] for title, mistakes in groups}


GROUPS = _groups()


def every() -> list[Mistake]:
    """Return all of them, in the order of the page."""
    return [mistake for group in GROUPS.values() for mistake in group]


_HEAD_OF_PAGE = """\
# Mistakes

Whatever a user gives `dlscheck` that it cannot work with is one message, on standard
error, and an exit code: 2 for input and options, 5 where a driver breaks its contract (see
[driver-contract.md](driver-contract.md)). The message names the thing, says what was
expected and what was found, and where there is one, the way out. A traceback is a mistake
of ours, and its exit code is 6.

Every line below is run by our tests, in a folder with the file of a conforming SDK,
`sdk.yaml`. In a message `…` stands for names that there are.
"""

_END_OF_PAGE = """\
## Signals, pipes and full disks

| what happens | what comes of it |
| --- | --- |
| ctrl-C or SIGTERM in a run | what was judged is kept: see [results.md](results.md) |
| the same with other commands | nothing is judged or kept; exit code 130 |
| whoever reads the output has enough of it | not a word; exit code 141 |
| the disk is full, or takes nothing | one message that names the file; exit code 2 |
"""


def page() -> str:
    """Return the page about them."""
    parts = [_HEAD_OF_PAGE]
    for title, mistakes in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_told(mistake) for mistake in mistakes]
    return "\n".join((*parts, _END_OF_PAGE))


def _told(mistake: Mistake) -> str:
    words = "".join(f"{name}={value} " for name, value in mistake.env.items())
    said = mistake.says
    if not said.startswith(("Usage", "WRONG")):
        said = f"dlscheck: {said}"
    shown = f"```text\n$ {words}dlscheck {mistake.command}\n{said}\n```\n"
    return f"{mistake.what} (exit code {mistake.code}):\n\n{shown}".replace(
        "{port}", "8480"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
