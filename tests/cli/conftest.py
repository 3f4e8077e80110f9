"""The real command, as a user runs it."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "dlscheck"

#: A driver that keeps the contract, for an SDK that asks no server.
_GOOD_DRIVERS = ROOT / "tests" / "drivers"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def message(self) -> str:
        """What it says in the one message that a user's mistake is worth."""
        assert self.out == ""
        assert "Traceback" not in self.err
        assert self.err.startswith("dlscheck: ")
        return self.err.removeprefix("dlscheck: ").rstrip("\n")


def run(
    *arguments: object,
    program: tuple[str, ...] = (str(COMMAND),),
    stdin: str = "",
    **env: str,
) -> Ended:
    ended = subprocess.run(
        [*program, *map(str, arguments)],
        check=False,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "NO_COLOR"} | env,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="session")
def dlscheck() -> Callable[..., Ended]:
    return run


@pytest.fixture
def here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """Run the command in this process: quicker, for what needs no pytest in it."""

    def call(*arguments: object) -> Ended:
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr("sys.argv", ["dlscheck", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capfd.readouterr()
        return Ended(int(caught.value.code or 0), out, err)

    return call


@pytest.fixture
def sdk_file(tmp_path: Path) -> Callable[..., Path]:
    """Make the file of an SDK whose driver ends in the lines that a test gives."""

    def make(body: str, settings: str = "") -> Path:
        head = f"import os, sys\nsys.path.insert(0, {str(_GOOD_DRIVERS)!r})\n"
        script = head + "from good_driver import *\n" + textwrap.dedent(body)
        (tmp_path / "driver.py").write_text(script, encoding="utf-8")
        path = tmp_path / "sdk.yaml"
        path.write_text(
            f'name: spoilt\ndriver:\n  command: ["{{python}}", driver.py]\n{settings}',
            encoding="utf-8",
        )
        return path

    return make


@dataclass(frozen=True)
class Played:
    """A run of a part of the suite on the Node SDK."""

    ended: Ended
    folder: Path

    @property
    def results(self) -> Any:
        return json.loads((self.folder / "results.json").read_text(encoding="utf-8"))

    @property
    def recordings(self) -> list[Path]:
        return sorted((self.folder / "recordings").iterdir())


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("played")
    sdk = "sdks/node/sdk.yaml"
    keys = "status-503 or refused/expired or lts"
    # What a user has set for tests of their own is none of the suite's business.
    ended = run("run", sdk, "-n1", "-k", keys, "--out", folder, PYTEST_ADDOPTS="--nope")
    return Played(ended, folder)
