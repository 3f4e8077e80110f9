"""The page on a driver in any language is true, step by step, of one written along it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/plug-in/from-scratch.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs/examples/perl"
#: The methods that a driver has after each step at whose end doctor is asked.
METHODS_AFTER = {
    2: 0,
    3: 1,
    4: 3,
    6: 4,
}


def doctor(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "dlscheck", "doctor", folder / "sdk.yaml"],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def step(number: int) -> str:
    """The text of one step of the page."""
    found = re.search(rf"^## Step {number}: .*?(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize("number", METHODS_AFTER)
def test_doctor_stops_where_the_page_says(number: int, tmp_path: Path) -> None:
    """With what a step has added, doctor is content down to the check that it names."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "driver")
    program = folder / "driver.pl"
    text = program.read_text(encoding="utf-8")
    entries = re.findall(r"^    \w+ => \\&\w+,\n", text, re.MULTILINE)
    assert len(entries) == 6
    for entry in entries[METHODS_AFTER[number] :]:
        text = text.replace(entry, "")
    program.write_text(text, encoding="utf-8")
    told = re.search(r"`doctor` now stops at\n?\s*`([^`]*)`", step(number))
    assert told
    ended = doctor(folder)
    assert ended.returncode == 5
    wrong = re.search(r"^WRONG ([^:]*): ", ended.stdout, re.MULTILINE)
    assert wrong, ended.stdout + ended.stderr
    assert wrong[1] == told[1]


def test_the_last_step_is_green() -> None:
    """After the last step doctor says what the page says that it says."""
    assert "`the driver is sound`" in step(max(METHODS_AFTER) + 1)
    ended = doctor(EXAMPLE)
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.splitlines()[-1] == "the driver is sound"
