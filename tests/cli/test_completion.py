"""``dlscheck completion``: a real shell, and its tab key."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).parent / "dlscheck"
_LONGEST_SECONDS = 60


class Bash:
    """An interactive bash in a terminal, which has sourced what the command prints."""

    def __init__(self, folder: Path) -> None:
        self._terminal, theirs = pty.openpty()
        path = f"{COMMAND.parent}:{os.environ['PATH']}"
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-i"],
            cwd=folder,
            env={**os.environ, "PATH": path, "TERM": "dumb"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._shown = ""
        # What is typed is shown too: quotes keep that from being taken for the answer.
        self.type("source <(dlscheck completion bash) && echo 'is' 'sourced'\n")
        self.read_until("is sourced")

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def read_until(self, text: str) -> None:
        """Read what is shown until *text* is in it, and has been seen."""
        end = time.monotonic() + _LONGEST_SECONDS
        while text not in self._shown:
            ready, _, _ = select.select([self._terminal], [], [], end - time.monotonic())
            assert ready, f"expected {text!r}, got {self._shown!r}"
            self._shown += os.read(self._terminal, 4096).decode()
        self._shown = self._shown.partition(text)[2]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)


@pytest.fixture
def bash(tmp_path: Path) -> Iterator[Bash]:
    (tmp_path / "acme.yaml").touch()
    shell = Bash(tmp_path)
    yield shell
    shell.close()


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("dlscheck doc", "dlscheck doctor "),
        ("dlscheck doctor ac", "dlscheck doctor acme.yaml "),
        ("dlscheck doctor acme.yaml --generation l", "--generation lts "),
        ("dlscheck baseline up", "dlscheck baseline update "),
        ("dlscheck new-driver py", "dlscheck new-driver python "),
        ("dlscheck explain slot/on-the", "dlscheck explain slot/on-the-grid "),
    ],
)
def test_the_tab_key(bash: Bash, typed: str, completed: str) -> None:
    """Commands, files, options' values, kinds of drivers and rules are completed."""
    bash.type(f"{typed}\t")
    bash.read_until(completed)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells(here: Any, shell: str) -> None:
    """What is printed for other shells asks the command in their own way, and is told."""
    ended = here("completion", shell)
    assert ended.code == 0
    assert f"_DLSCHECK_COMPLETE=complete_{shell}" in ended.out
    env = {"_DLSCHECK_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "dlscheck do"}
    env |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    told = subprocess.run(
        [COMMAND], env=os.environ | env, check=True, capture_output=True, encoding="utf-8"
    )
    assert "doctor" in told.stdout
    assert "serve" not in told.stdout


def test_unknown_shell(dlscheck: Callable[..., Any]) -> None:
    """A shell that is not known: exit code 2, and those that are."""
    ended = dlscheck("completion", "tcsh")
    assert ended.code == 2
    assert "is not one of 'bash', 'zsh', 'fish'" in ended.err
