"""``dlscheck completion``: what makes a shell complete the command."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import typer

#: Set by a shell that asks what a line can go on with.
ASKED = "_DLSCHECK_COMPLETE"
#: Where shells tell the line as it is so far: bash, and the others.
_LINES = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")


class ShellName(StrEnum):
    """A shell that can be told how to complete a command."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[ShellName, typer.Argument(metavar="bash|zsh|fish")],
) -> None:
    """Print what makes a shell complete the command: source it."""
    # Not needed by any other command, and each pays for what is loaded here.
    from typer._completion_shared import get_completion_script

    script = get_completion_script(
        prog_name="dlscheck", complete_var=ASKED, shell=shell.value
    )
    typer.echo(script)


def wanted(arguments: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """Return the subcommand to be run; or to be completed, where a shell asks for that."""
    line = list(arguments)
    if ASKED in environ:
        _learn_shells()
        line = next((environ[name].split() for name in _LINES if name in environ), [])
    return line[1] if len(line) > 1 else None


def _learn_shells() -> None:
    # typer does this by itself only for commands that have its --install-completion.
    from typer._completion_classes import completion_init

    completion_init()
