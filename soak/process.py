"""Processes of ours that are killed and started again."""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

import aiohttp

_STARTING_SECONDS = 60.0
_AGAIN_SECONDS = 0.1
COMMAND = str(Path(sys.executable).parent / "dlscheck")


class Restartable:
    """
    One command, which is running but for moments.

    Attributes:
        kills: How often it was killed.
    """

    def __init__(self, url: str, log: Path) -> None:
        """Prepare a command that serves *url* once it is there, and writes to *log*."""
        self.kills = 0
        self._log = log
        self._url = url
        self._process: asyncio.subprocess.Process | None = None

    def command(self) -> Sequence[str]:
        """Return the command with its arguments for the next start."""
        raise NotImplementedError

    async def start(self) -> None:
        """
        Start it, and wait until it answers.

        Raises:
            RuntimeError: It ended instead, or answers nothing.
        """
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command(), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        async with asyncio.timeout(_STARTING_SECONDS), aiohttp.ClientSession() as http:
            while not await _answers(http, self._url):
                if self._process.returncode is not None:
                    told = self._log.read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{self.command()}: ended as it began: {told}")
                await asyncio.sleep(_AGAIN_SECONDS)

    async def kill(self) -> None:
        """End it by SIGKILL."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self.kills += 1

    async def end(self) -> None:
        """End it by SIGTERM, as somebody would who wants to keep all."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


class MockProcess(Restartable):
    """The mock with its file of usage, at a port and a standby's."""

    def __init__(self, db: Path, port: int, standby_port: int) -> None:
        """Keep usage in *db*."""
        url = f"http://127.0.0.1:{standby_port}/dls/health"
        super().__init__(url, db.with_suffix(".log"))
        self._options = ("--db", str(db), "--port", str(port), "--standby-port")
        self._standby_port = str(standby_port)

    def command(self) -> Sequence[str]:
        """Return ``dlscheck serve`` with its options."""
        return (COMMAND, "serve", *self._options, self._standby_port)


class ProxyProcess(Restartable):
    """
    mitmproxy with our add-on, in front of the mock.

    Attributes:
        recordings: What the add-on has written, one file for each start.
    """

    def __init__(self, folder: Path, port: int, upstream: str) -> None:
        """Listen on *port*, and record below *folder*."""
        super().__init__(f"http://127.0.0.1:{port}/dls/health", folder / "proxy.log")
        self.recordings: list[Path] = []
        self._folder = folder
        self._options = ("--listen", f"127.0.0.1:{port}", "--upstream", upstream)

    async def start(self) -> None:
        """Start it with a recording of its own."""
        self.recordings.append(self._folder / f"life-{len(self.recordings)}.jsonl")
        await super().start()

    def command(self) -> Sequence[str]:
        """Return ``dlscheck capture`` with its options."""
        record = ("--record", str(self.recordings[-1]), "--fail-on", "never")
        profile = ("--mode", "reverse", "--profile", "open-json")
        return (COMMAND, "capture", *profile, *self._options, *record)


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError):
        return False
