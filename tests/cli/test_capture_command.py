"""Tests of ``dlscheck capture``: how it begins; what it sees is tested with the add-on."""

import http.client
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--mode", "reverse"), "--mode reverse: expected --upstream URL as well"),
        (("--upstream", "http://h"), "expected --mode reverse or upstream"),
        (("--listen", "here"), "--listen 'here': expected [HOST:]PORT"),
        (("--partitions", "3"), "--partitions: say with --record where the parts go"),
        (
            ("--record", "parts", "--partitions", "17"),
            "--partitions 17: expected a number from 1 to 16",
        ),
    ],
)
def test_options_that_do_not_fit(here: Any, options: tuple[str, ...], said: str) -> None:
    """A wrong option is one clear message."""
    ended = here("capture", *options)
    assert ended.code == 2
    assert said in ended.message


def test_wrong_profile(here: Any) -> None:
    """A profile that is not there ends it before mitmproxy begins."""
    ended = here("capture", "--listen", "127.0.0.1:0", "--profile", "nope")
    assert ended.code == 2
    assert ended.message.startswith("unknown wire profile 'nope'")


def test_violation(tmp_path: Path) -> None:
    """A violation that went through it is told at the end, and ends it with 1."""
    record = tmp_path / "live.jsonl"
    options = ["--listen", "127.0.0.1:0", "--record", str(record)]
    command = [str(Path(sys.executable).parent / "dlscheck"), "capture", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        said = next(line for line in running.stdout if "listening at" in line)
        port = int(said.rpartition(":")[2].rstrip(".\n"))
        proxy = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asked = '{"handshakeCode": "c", "generation": "dls"}'
        proxy.request("POST", "http://127.0.0.1:1/dls/authorization", asked)
        proxy.getresponse().read()
        proxy.close()
        running.send_signal(signal.SIGINT)
        told = running.stdout.read()
    assert running.returncode == 1
    assert "violated: auth/carries-client-uuid (must)" in told
    assert record.read_text(encoding="utf-8").count("\n") == 3


def test_other_commands_load_no_proxy() -> None:
    """The command itself is quick: neither mitmproxy nor hypothesis is loaded by it."""
    script = "import sys, harness.cli.main; print(sorted(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    assert "'mitmproxy'" not in said
    assert "'hypothesis'" not in said
