"""
Is anything lost that was acknowledged, if the mock is killed in the middle of it all?

``python -m bench.kill_mock [--runs N] [--posts N]``

A run starts ``dlscheck serve --db``, sends posts over many connections at once, kills the
server (kill -9) somewhere among them, starts it again, and lets the clients go on: a post
whose answer did not come is sent again, until all were acknowledged. Every post has an
account of its own, so the ledger tells for each of them whether it is there, and once.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from bench.free_port import free_port
from bench.request import PATH

_CONNECTIONS = 100
_UNITS = 3
_STARTING_SECONDS = 60
_AGAIN_SECONDS = 0.02


@dataclass
class Posts:
    """
    The posts of one run.

    Attributes:
        waiting: Numbers of those that nobody has sent, or that have to be sent again.
        acknowledged: Numbers of those that were answered well, and how often.
    """

    waiting: list[int]
    acknowledged: dict[int, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many were answered well."""
        return len(self.acknowledged)


@dataclass(frozen=True)
class Found:
    """What a run has found; *replay_seconds*: from the second start to the first answer."""

    acknowledged_before: int
    lost: int
    doubled: int
    replay_seconds: float

    @property
    def is_good(self) -> bool:
        """Whether everything that was acknowledged is there once."""
        return not self.lost and not self.doubled


def _request(number: int) -> bytes:
    report = {
        "timeLabel": "2026-03-01T08:00:00Z",
        "handshakeCode": "200001-demo",
        "clientUuid": f"client-{number}",
        "usage": [{"type": "QR_CODE", "count": _UNITS}],
    }
    body = json.dumps({"reports": [report]}).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: mock\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextlib.asynccontextmanager
async def _serving(db: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command; it is killed at the latest when the block ends."""
    command = Path(sys.executable).parent / "dlscheck"
    process = await asyncio.create_subprocess_exec(
        str(command),
        *("serve", "--port", str(port), "--db", str(db)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_STARTING_SECONDS):
            await _until_greeted(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_greeted(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    while not (await process.stdout.readline()).startswith(b"try"):
        if process.stdout.at_eof():
            raise RuntimeError(f"the server ended with {await process.wait()}")


async def _client(port: int, posts: Posts, total: int) -> None:
    """Send posts one by one over one connection, and a new one whenever that is lost."""
    while posts.answered < total:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await _talk(port, posts)
        await asyncio.sleep(_AGAIN_SECONDS)


async def _talk(port: int, posts: Posts) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while posts.waiting:
            number = posts.waiting.pop()
            try:
                await _post(reader, writer, number)
            except (OSError, asyncio.IncompleteReadError):
                posts.waiting.append(number)
                raise
            posts.acknowledged[number] = posts.acknowledged.get(number, 0) + 1
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
) -> None:
    writer.write(_request(number))
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"expected 200, got {head!r}")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)


async def _until_answered(posts: Posts, wanted: int) -> None:
    while posts.answered < wanted:
        await asyncio.sleep(0)


def _stored(port: int) -> dict[str, int]:
    """Return the units of each client that the ledger has."""
    units: dict[str, int] = {}
    url = f"http://127.0.0.1:{port}/__dls__/ledger?limit=10000&offset="
    while True:
        with urlopen(f"{url}{len(units)}") as answer:
            page = json.load(answer)
        for account in page["accounts"]:
            units[account["clientUuid"]] = account["units"]
        if len(units) >= page["found"]:
            return units


def _compared(numbers: set[int], stored: dict[str, int]) -> tuple[int, int]:
    """Return how many of *numbers* are not there, and how many are there too often."""
    units = [stored.get(f"client-{number}", 0) for number in numbers]
    return sum(one < _UNITS for one in units), sum(one > _UNITS for one in units)


async def one_run(folder: Path, port: int, total: int, kill_at: int) -> Found:
    """Kill the server as *kill_at* of *total* posts are acknowledged; look for them."""
    db, posts = folder / "mock.db", Posts(list(range(total)))
    async with asyncio.TaskGroup() as group:
        async with _serving(db, port) as process:
            for _ in range(_CONNECTIONS):
                group.create_task(_client(port, posts, total))
            await _until_answered(posts, kill_at)
            process.kill()
            await process.wait()
            before = set(posts.acknowledged)
        began = time.monotonic()
        async with _serving(db, port):
            replayed = time.monotonic() - began
            lost, doubled = _compared(before, await asyncio.to_thread(_stored, port))
            await _until_answered(posts, total)
            at_last = await asyncio.to_thread(_stored, port)
    more_lost, more_doubled = _compared(set(range(total)), at_last)
    return Found(len(before), lost + more_lost, doubled + more_doubled, replayed)


def main() -> int:
    """Do all runs; the exit code tells whether nothing was lost or counted twice."""
    parser = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--port", type=int, default=0, help="0: one that is free now")
    given = parser.parse_args()
    good = 0
    for run in range(1, given.runs + 1):
        # From the first posts to the last, so that every phase is struck.
        kill_at = given.posts * run // (given.runs + 1)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            port = given.port or free_port()
            found = asyncio.run(one_run(Path(folder), port, given.posts, kill_at))
        good += found.is_good
        print(
            f"run {run}: killed with {found.acknowledged_before} of {given.posts} "
            f"acknowledged; lost {found.lost}, counted twice {found.doubled}; up again "
            f"after {found.replay_seconds:.1f} s",
            flush=True,
        )
    print(f"{good} of {given.runs} runs good")
    return 0 if good == given.runs else 1


if __name__ == "__main__":
    sys.exit(main())
