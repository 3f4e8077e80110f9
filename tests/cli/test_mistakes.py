"""Every mistake of the table is one helpful message, and the right exit code."""

import os
import re
import resource
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main

COMMAND = str(Path(sys.executable).parent / "dlscheck")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))
from mistakes import PAGE, Mistake, every, page  # noqa: E402 - it stands beside this file

DRIVER = ROOT / "sdks" / "reference" / "driver.py"
ONE_CASE = ("-k", "one-failure and status-503", "--property-examples", "0")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    text = f'name: acme\ndriver:\n  command: ["{{python}}", {DRIVER}]\n'
    (tmp_path / "sdk.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A port that is taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.fixture
def here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[[list[str]], tuple[int, str]]:
    def call(words: list[str]) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["dlscheck", *words])
        with pytest.raises(SystemExit) as caught:
            main()
        return int(caught.value.code or 0), "".join(capfd.readouterr())

    return call


def _alone(words: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *words],
        check=False,
        encoding="utf-8",
        timeout=120,
        **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more),
    )


@pytest.mark.parametrize("mistake", every(), ids=lambda mistake: mistake.what)
def test_one_message(mistake: Mistake, folder: Path, port: int, here: Any) -> None:
    """It says what the table says, all of it and nothing else."""
    for name, text in mistake.files.items():
        content = text.encode() if isinstance(text, str) else text
        (folder / name).write_bytes(content)
    words = shlex.split(mistake.command.replace("{port}", str(port)))
    if mistake.alone:
        ended = _alone(words, env=os.environ | mistake.env)
        code, said = ended.returncode, ended.stdout + ended.stderr
    else:
        code, said = here(words)
    said = said.replace(f"{folder}/", "").replace(str(folder), ".").rstrip("\n")
    expected = mistake.says.replace("{port}", str(port))
    pattern = ".*".join(map(re.escape, expected.split("…")))
    assert re.fullmatch(f"(dlscheck: )?{pattern}", said, re.DOTALL), said
    assert code == mistake.code


def test_the_page() -> None:
    """The page is what the table says: else run tests/cli/mistakes.py."""
    assert PAGE.read_text(encoding="utf-8") == page()
    assert len(every()) >= 40


def test_nobody_reads_on() -> None:
    """A reader who has enough is no mistake: nothing is said, and the SDK not blamed."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = _alone(["rules"], stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_output_to_a_full_disk() -> None:
    """What cannot be printed is told on standard error."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = _alone(["rules", "--json"], stdout=full)
    problem = "cannot be written to: No space left on device; make room"
    assert (ended.returncode, ended.stderr) == (
        2,
        f"dlscheck: standard output: {problem}\n",
    )


def _little_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def test_recordings_on_a_full_disk(folder: Path) -> None:
    """A run whose recordings find no room ends with the name of the first of them."""
    ended = _alone(["run", "sdk.yaml", "-n1", *ONE_CASE], preexec_fn=_little_room)
    assert ended.returncode == 2
    place = "dlscheck-out/recordings/submit-one-failure-status-503.jsonl"
    way_out = "lift the limit (ulimit -f), or name another place"
    problem = f"cannot be written to: File too large; {way_out}"
    assert ended.stderr == f"dlscheck: {place}: {problem}\n"
    assert list(folder.glob("dlscheck-out/*.html")) == []


@pytest.mark.usefixtures("folder")
def test_results_on_a_full_disk() -> None:
    """Results that find no room are told with their folder."""
    played = _alone(["run", "sdk.yaml", "-n1", *ONE_CASE, "--allow-incomplete"])
    assert played.returncode == 0, played.stderr
    recording = "dlscheck-out/recordings/submit-one-failure-status-503.jsonl"
    ended = _alone(["judge", recording, "--out", "new"], preexec_fn=_little_room)
    assert ended.returncode == 2
    assert ended.stderr.startswith("dlscheck: --out new: cannot be written to: File too")
