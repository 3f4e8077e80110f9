"""What the pages show is true: commands run, files load, links lead somewhere."""

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from harness.documents.wire_profile import load_profile
from harness.documents.yaml_document import YamlDocument
from harness.drivers.sdk_file import load_sdk_file
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import load_cases
from harness.suite.baseline_file import load_baseline
from mock_server import World, check, parse_fault
from mock_server.library.settings_file import load_settings

_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
#: Snippets for CI servers, by the note before them.
CI = ("github", "gitlab")
_EXIT = re.compile(r"exit (\d+)")


def test_commands_run(console_blocks: list[Any], root: Path) -> None:
    """Every command of a page runs from the root, and ends as the page says."""
    with ExitStack() as stack:
        for block in console_blocks:
            told = _EXIT.fullmatch(block.note)
            for line in _commands(block):
                if block.note == "server":
                    stack.enter_context(_serving(line, root))
                    continue
                ended = _ended(line, root)
                expected = int(told[1]) if told else 0
                assert ended.returncode == expected, f"{block}: {line}\n{ended.stderr}"


def _commands(block: Any) -> list[str]:
    lines: list[str] = block.text.splitlines()
    return [line[2:] for line in lines if line.startswith("$ ")]


def _ended(command: str, root: Path) -> subprocess.CompletedProcess[str]:
    # curl is content with any answer, unless it is told that errors are failures.
    return subprocess.run(
        ["bash", "-c", command.replace("curl ", "curl --fail --silent ")],
        check=False,
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


@contextmanager
def _serving(command: str, root: Path) -> Iterator[None]:
    """Run a command that serves until it is told to end, which it does well."""
    process = subprocess.Popen(
        shlex.split(command), cwd=root, stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("try"):
            assert process.poll() is None, f"{command}: ended with {process.returncode}"
        yield
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"


def test_python_runs(python_block: Any, tmp_path: Path) -> None:
    """
    Every test that a page shows passes, where nothing but the package is there.

    What is no test is shown from an example file, which has tests of its own.
    """
    if "def test_" not in python_block.text:
        examples = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.py")]
        assert any(python_block.text in example for example in examples)
        return
    path = tmp_path / "test_shown.py"
    path.write_text(python_block.text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout


def test_java_is_of_the_driver(java_block: Any) -> None:
    """Java that is shown stands in a driver that is compiled and run."""
    driver = ROOT / "sdks" / "plain-java" / "Driver.java"
    assert java_block.text in driver.read_text(encoding="utf-8")


def test_yaml_loads(yaml_block: Any, tmp_path: Path) -> None:
    """Every YAML block that is shown is a file that loads, or steps of a scenario."""
    path = tmp_path / "shown.yaml"
    path.write_text(yaml_block.text, encoding="utf-8")
    value = YamlDocument(path).value
    if isinstance(value, list):
        head = f"summary: s\nexercises: [{next(iter(RULES_BY_ID))}]\n"
        head += "servers: [main, standby]\nsteps:\n"
        path.write_text(head + yaml_block.text, encoding="utf-8")
        value = yaml.safe_load(head + "  - stop")
    if "steps" in value:
        assert load_cases(path, tmp_path, frozenset(RULES_BY_ID))
    elif "world" in value:
        assert load_settings(path).world
    elif "organizations" in value:
        check(YamlDocument(path).convert(World))
    elif "driver" in value:
        assert load_sdk_file(path).name
    elif "entries" in value:
        assert load_baseline(path).entries
    elif yaml_block.note in CI:
        assert yaml_block.page.name == "ci.md"  # run by tests/docs/test_ci.py
    else:
        assert load_profile("shown.yaml", tmp_path).name


def test_faults_are_read(fault_block: Any) -> None:
    """Every fault that is shown in one line is one, and its comment is none of it."""
    for line in fault_block.text.splitlines():
        assert parse_fault(line.partition("  #")[0]), line


def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page leads to a file of the project."""
    text = page.read_text(encoding="utf-8")
    targets = [match["target"].partition("#")[0] for match in _LINK.finditer(text)]
    missing = [
        target
        for target in targets
        if target and "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


def test_the_index_names_every_page() -> None:
    """No page is left out of the index."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    named = {match["target"] for match in _LINK.finditer(index)}
    pages = {str(path.relative_to(ROOT / "docs")) for path in ROOT.glob("docs/**/*.md")}
    assert named == pages - {"README.md"}
