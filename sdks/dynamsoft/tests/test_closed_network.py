"""Claims about the network in which the vendor's SDKs run: it ends on this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from sdks.dynamsoft.closed import is_closed

ROOT = Path(__file__).parents[3]
_LONGEST_SECONDS = 60

_PROBE = """
import socket
from sdks.dynamsoft.closed import is_closed
print(is_closed())
try:
    socket.getaddrinfo("mlts.dynamsoft.com", 443)
    print("resolved")
except socket.gaierror:
    print("no such name")
try:
    socket.create_connection(("192.0.2.1", 443), timeout=5)
    print("connected")
except OSError as error:
    print(error.strerror)
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), timeout=5).close()
    print("loopback")
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=_LONGEST_SECONDS,
    )


def test_nothing_leaves() -> None:
    """In there no name resolves and no address has a route, but for this machine's."""
    closed = (sys.executable, "-m", "sdks.dynamsoft.closed")
    ended = run(*closed, sys.executable, "-c", _PROBE)
    told = ended.stdout.split("\n")[:-1]
    expected = ["True", "no such name", "Network is unreachable", "loopback"]
    assert told == expected, ended.stderr


@pytest.mark.parametrize(
    "driver",
    [
        ("node", "sdks/dynamsoft/node_driver.js", "8.8.7"),
        (sys.executable, "sdks/dynamsoft/python_driver.py", "9.6.60.1"),
    ],
    ids=["node", "python"],
)
def test_drivers_refuse_an_open_network(driver: tuple[str, ...]) -> None:
    """A driver of the vendor's SDKs begins where there is no way out, and only there."""
    closed = run(sys.executable, "-m", "sdks.dynamsoft.closed", *driver)
    assert closed.returncode == 0, closed.stderr
    outside = run(*driver)
    assert (outside.returncode == 0) is is_closed()
    assert ("sdks.dynamsoft.closed COMMAND" in outside.stderr) is not is_closed()
