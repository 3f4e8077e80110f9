"""Tests of ``dlscheck capture``: how it begins; what it sees is tested with the add-on."""

import subprocess
import sys
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--mode", "reverse"), "--mode reverse: expected --upstream URL as well"),
        (("--upstream", "http://h"), "expected --mode reverse or upstream"),
        (("--listen", "here"), "--listen 'here': expected [HOST:]PORT"),
    ],
)
def test_options_that_do_not_fit(here: Any, options: tuple[str, ...], said: str) -> None:
    """A wrong option is one clear message."""
    ended = here("capture", *options)
    assert ended.code == 2
    assert said in ended.message


def test_wrong_profile(dlscheck: Any) -> None:
    """A profile that is not there ends it before it listens."""
    ended = dlscheck("capture", "--listen", "127.0.0.1:0", "--profile", "nope")
    assert ended.code == 2
    assert "unknown wire profile 'nope'" in ended.out + ended.err


def test_other_commands_load_no_proxy() -> None:
    """The command itself is quick: neither mitmproxy nor hypothesis is loaded by it."""
    script = "import sys, harness.cli.main; print(sorted(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    assert "'mitmproxy'" not in said
    assert "'hypothesis'" not in said
