"""The list of subcommands, and how quickly it is there."""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.cli.commands import COMMANDS

COMMAND = Path(sys.executable).parent / "dlscheck"
#: What takes long to load, and what no page of help is made with.
DEAR = {
    *("aiohttp", "cryptography", "distributed", "hypothesis", "jinja2", "mitmproxy"),
    *("pytest", "rich", "sqlite3", "uvloop"),
    *("harness.drivers", "harness.scenario", "mock_server", "reports.page"),
}
HELP_AND_MODULES = """
import sys
from harness.cli.main import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_is_quick() -> None:
    """The list of commands takes less than 0.3 s of the processor."""
    took = []
    for _ in range(3):
        before = _seconds_of_children()
        subprocess.run([COMMAND, "--help"], check=True, capture_output=True)
        took.append(_seconds_of_children() - before)
    assert min(took) < 0.3


def test_every_command_is_listed(here: Any) -> None:
    """The list names all commands, each with what it does."""
    told = here("--help").out
    for name, command in COMMANDS.items():
        assert f"  {name} " in told
        assert command.help in told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(here: Any, name: str) -> None:
    """Each command has a help of its own."""
    ended = here(name, "--help")
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: dlscheck {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_loads_nothing_dear(name: str) -> None:
    """Whoever asks what a command can do does not wait for what it does it with."""
    command = (sys.executable, "-c", HELP_AND_MODULES, name, "--help")
    said = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    assert said.stdout.startswith("Usage: ")
    modules = said.stderr.split()
    assert f"harness.cli.{COMMANDS[name].module}" in modules
    assert not DEAR.intersection(modules)


def test_quiet_and_verbose(here: Any) -> None:
    """Nobody can ask for more and for less at once."""
    ended = here("judge", "x.jsonl", "-q", "-v")
    assert (ended.code, ended.message) == (2, "-q and -v: expected one of them")
