"""``dlscheck new-driver``: a project to start from."""

from pathlib import Path
from typing import Annotated

import typer

from harness.starters.starter import SDK_FILE, STARTERS, write_starter

KindArgument = Annotated[
    str,
    typer.Argument(
        metavar="|".join(STARTERS),
        help="What the SDK is written for.",
        autocompletion=lambda: list(STARTERS),
    ),
]
FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")
]


def new_driver(kind: KindArgument, folder: FolderArgument) -> None:
    """Write a driver to start from, with a stand-in for the SDK."""
    written = write_starter(kind, folder)
    typer.echo(f"{folder}: {', '.join(path.name for path in written)}")
    typer.echo(f"next: dlscheck doctor {folder / SDK_FILE}")
