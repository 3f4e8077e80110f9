"""A project to start from, written into a folder of the user's."""

import shutil
from pathlib import Path

from harness.documents.bad_input import BadInput, unknown_name

#: One flat folder for each kind of driver; its files are copied as they are.
_PROJECTS = Path(__file__).parent / "projects"
STARTERS = tuple(sorted(path.name for path in _PROJECTS.iterdir()))
SDK_FILE = "sdk.yaml"


def write_starter(kind: str, folder: Path) -> list[Path]:
    """
    Write a project for *kind* of driver into *folder*, and return its files.

    Raises:
        BadInput: There is no such kind, the folder has something in it, or it cannot be
            written to.
    """
    if kind not in STARTERS:
        raise BadInput(unknown_name("kind of driver", kind, STARTERS))
    files = sorted(path for path in (_PROJECTS / kind).iterdir() if path.is_file())
    try:
        _check_empty(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copyfile(file, folder / file.name)) for file in files]
    except OSError as error:
        raise BadInput(f"{folder}: cannot be written to: {error.strerror}") from error


def _check_empty(folder: Path) -> None:
    """See that nothing of the user's can be overwritten."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder}: expected a folder to write, got a file; name a new one")
    if folder.is_dir() and (found := sorted(path.name for path in folder.iterdir())):
        raise BadInput(
            f"{folder}: expected a new folder or an empty one, got {len(found)} files and "
            f"folders ({', '.join(found[:3])}{' …' if len(found) > 3 else ''}); nothing "
            "was overwritten, name another folder"
        )
