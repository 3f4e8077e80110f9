"""``dlscheck new-driver``: what it writes is sound as it is, and overwrites nothing."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.documents.yaml_document import YamlDocument
from harness.starters.starter import STARTERS

COMMAND = Path(sys.executable).parent / "dlscheck"
_COMMANDS = re.compile(r"^\$ dlscheck (.*)$", re.MULTILINE)
#: The suite is played on a few cases: all of it takes minutes.
FEW = (
    "-k",
    "once-a-slot",
    "-n1",
    "--property-examples=0",
    "--allow-incomplete",
)


@pytest.fixture
def new_driver(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run the command; gives its exit code and what it said."""

    def call(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["dlscheck", "new-driver", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out + err

    return call


def test_the_kinds(new_driver: Any, tmp_path: Path) -> None:
    """A kind that does not exist: exit code 2, and those that do."""
    code, told = new_driver("pyton", tmp_path / "acme")
    assert code == 2
    assert "Did you mean 'python'?" in told
    assert all(kind in told for kind in STARTERS)
    assert not (tmp_path / "acme").exists()


@pytest.mark.parametrize("kind", STARTERS)
def test_out_of_the_box(kind: str, new_driver: Any, tmp_path: Path) -> None:
    """The commands of the README pass on what was written: doctor, and the suite."""
    folder = tmp_path / "acme"
    code, told = new_driver(kind, folder)
    assert code == 0
    assert told.splitlines()[-1] == f"next: dlscheck doctor {folder / 'sdk.yaml'}"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    commands = _COMMANDS.findall(readme)
    assert [command.split()[0] for command in commands] == ["doctor", "run"]
    for command in commands:
        few = FEW if command.startswith("run") else ()
        ended = subprocess.run(
            [COMMAND, *command.split(), *few],
            check=False,
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("kind", STARTERS)
def test_the_readme_names_the_files(kind: str, new_driver: Any, tmp_path: Path) -> None:
    """The table of the README has the files that are there, and no other."""
    new_driver(kind, tmp_path)
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([^`]*)` \|", readme, re.MULTILINE))
    found = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert told == found - {"README.md", "package.json"}


def test_nothing_is_overwritten(new_driver: Any, tmp_path: Path) -> None:
    """A folder with anything in it is left alone: exit code 2, and what is there."""
    mine = tmp_path / "driver.py"
    mine.write_text("mine", encoding="utf-8")
    code, told = new_driver("python", tmp_path)
    assert code == 2
    assert f"{tmp_path}: expected a new folder or an empty one, got 1 files" in told
    assert [path.name for path in tmp_path.iterdir()] == ["driver.py"]
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_file_is_no_folder(new_driver: Any, tmp_path: Path) -> None:
    """A file where the folder should be: exit code 2, and it stays."""
    mine = tmp_path / "acme"
    mine.write_text("mine", encoding="utf-8")
    code, told = new_driver("python", mine)
    assert code == 2
    assert "expected a folder to write, got a file" in told
    code, told = new_driver("python", mine / "below")
    assert code == 2
    assert "cannot be written to: Not a directory" in told


def test_the_python_project_has_types(tmp_path: Path, new_driver: Any) -> None:
    """The type checker is content with it, as strict as it can be."""
    new_driver("python", tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / ".cache", "."],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("kind", STARTERS)
def test_the_file_is_complete(kind: str, new_driver: Any, tmp_path: Path) -> None:
    """The SDK's file names its driver and its wire profile, so that both are seen."""
    new_driver(kind, tmp_path)
    value = YamlDocument(tmp_path / "sdk.yaml").value
    assert set(value) >= {"name", "driver", "wire"}
