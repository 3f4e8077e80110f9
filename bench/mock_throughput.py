"""
How quick the mock is, side by side with what people would use: requests a second.

``python -m bench.mock_throughput [--rounds N] [--seconds S] [--no-peers]``

All servers run at once, and rounds of load go from one to the next, so that whatever else
the machine does meets all alike. The rate of a server is the median of its rounds; ratios
are medians of the ratios within a round. The mock keeps journal and ledger.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.free_port import free_port
from bench.peers import PEERS, NotToBeHad, Peer
from bench.request import PATH, body

_CONNECTIONS = 32
_STARTING_SECONDS = 60
_BARE = "bare aiohttp"
#: The least share of bare aiohttp's rate.
_BARS = {"mock, in memory": 0.6, "mock, SQLite": 0.4}


@dataclass
class Contender:
    """A server that is measured."""

    name: str
    port: int
    pid: int
    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    failed: int = 0


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[int]:
    """Run a server, whose output nobody reads, and end it."""
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until_listening(port: int) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotToBeHad(f"it did not listen within {_STARTING_SECONDS} s")


def _check_answer(port: int) -> None:
    """See that the measured request is answered well, once."""
    url = f"http://127.0.0.1:{port}{PATH}"
    request = urllib.request.Request(url, body(0, 0), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            if json.load(answer)["accepted"] is not True:
                raise NotToBeHad("it does not answer as it was told to")
    except (urllib.error.URLError, ValueError, KeyError) as error:
        raise NotToBeHad(f"it does not answer: {error}") from error


def _start_ours(stack: ExitStack, folder: Path) -> list[Contender]:
    python, root = sys.executable, Path(__file__).parents[1]
    os.environ["PYTHONPATH"] = str(root)
    serve = [str(Path(python).parent / "dlscheck"), "serve", "--port"]
    commands: dict[str, list[str]] = {
        _BARE: [python, "-m", "bench.bare", "PORT", "application"],
        "bare aiohttp, no routes": [python, "-m", "bench.bare", "PORT", "server"],
        "mock, in memory": [*serve, "PORT"],
        "mock, SQLite": [*serve, "PORT", "--db", "mock.db"],
    }
    contenders = []
    for name, command in commands.items():
        port, place = free_port(), Path(tempfile.mkdtemp(dir=folder))
        given = [str(port) if word == "PORT" else word for word in command]
        pid = stack.enter_context(_running(given, place))
        _until_listening(port)
        _check_answer(port)
        contenders.append(Contender(name, port, pid))
    return contenders


def _start_peer(peer: Peer, stack: ExitStack, folder: Path) -> Contender:
    place = Path(tempfile.mkdtemp(dir=folder))
    peer.fetch(place)
    port, admin_port = free_port(), free_port()
    pid = stack.enter_context(_running(peer.command(place, port, admin_port), place))
    _until_listening(admin_port if peer.has_admin_port else port)
    try:
        peer.prepare(port, admin_port)
    except OSError as error:
        raise NotToBeHad(f"it cannot be set up: {error}") from error
    _check_answer(port)
    return Contender(peer.name, port, pid)


def _processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used, all its threads together."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _measure(contender: Contender, seconds: float) -> None:
    before = _processor_seconds(contender.pid)
    command = [sys.executable, "-m", "bench.load", str(contender.port), str(seconds)]
    ended = subprocess.run(
        [*command, str(_CONNECTIONS)], check=True, capture_output=True, encoding="utf-8"
    )
    told = json.loads(ended.stdout)
    used = _processor_seconds(contender.pid) - before
    contender.rates.append(told["rate"])
    contender.processor.append(used / told["all"])
    contender.busy.append(told["busy"])
    contender.failed += int(told["failed"])


def _ratio(contender: Contender, other: Contender) -> float:
    pairs = zip(contender.rates, other.rates, strict=True)
    return statistics.median(one / two for one, two in pairs)


def _report(contenders: list[Contender], missing: dict[str, str]) -> bool:
    """Print the table, and tell whether the mock is as quick as it has to be."""
    by_name = {one.name: one for one in contenders}
    bare, memory = by_name[_BARE], by_name["mock, in memory"]
    heads = ("req/s", "of bare", "mock is", "CPU us", "generator")
    print(f"{'':24}", *(f"{head:>9}" for head in heads))
    for one in contenders:
        print(
            f"{one.name:24} {statistics.median(one.rates):9.0f} {_ratio(one, bare):9.2f} "
            f"{_ratio(memory, one):8.1f}x {statistics.median(one.processor) * 1e6:9.0f} "
            f"{statistics.median(one.busy):9.2f}"
            + (f"  {one.failed} failed" if one.failed else "")
        )
    for name, why in missing.items():
        print(f"{name:24} not measured: {why}")
    return all(_ratio(by_name[name], bare) >= bar for name, bar in _BARS.items())


def main() -> int:
    """Measure and print; the exit code tells whether the mock is quick enough."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0].strip())
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        contenders = _start_ours(stack, folder)
        for peer in () if given.no_peers else PEERS:
            try:
                contenders.append(_start_peer(peer, stack, folder))
            except NotToBeHad as error:
                missing[peer.name] = str(error)
        for _ in range(given.rounds):
            for contender in contenders:
                _measure(contender, given.seconds)
    return 0 if _report(contenders, missing) else 1


if __name__ == "__main__":
    sys.exit(main())
