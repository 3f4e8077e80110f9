"""
One session of an SDK through mitmproxy, over https, with the add-on live.

A client that knows of proxies asks ``https://dls.test``, a name that only the proxy knows;
one that does not is given the proxy's own address for its server.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.capture import mitmproxy_script
from harness.capture.inspection import AUTO, inspect_capture, open_capture
from harness.capture.summary import summary_of
from harness.capture.told import read_told
from harness.documents.wire_profile import load_profile
from harness.domain.recording import Exchange
from harness.drivers.clocks.choice import DEFAULT_CLOCK, clock_named
from harness.drivers.clocks.mode import ClockMode
from harness.drivers.contract import Operate, Start, Started
from harness.drivers.sdk_file import SdkFile, load_sdk_file
from mock_server import DEFAULT_WORLD, MockDls

_SCRIPT = Path(mitmproxy_script.__file__)
#: What the mock grants, to whoever can read it.
GRANTED = "200001-demo"
_NAME = "https://dls.test"
#: A machine with much to do takes its time to load a proxy.
_PATIENCE_SECONDS = 120
_SESSION = timedelta(minutes=7)


@dataclass(frozen=True)
class Proxied:
    """
    What a session through the proxy showed.

    Attributes:
        started: What the SDK answered to the start.
        exchanges: What came to the mock server, behind the proxy.
        live: The verdicts as the add-on told them at its end.
        saved: The verdicts of the flows that it saved, judged afterwards.
        said: All that the proxy said.
    """

    started: Started
    exchanges: tuple[Exchange, ...]
    live: str
    saved: str
    said: str


async def drive_through_proxy(
    sdk: Path, folder: Path, *, knows_proxies: bool, code: str = GRANTED
) -> Proxied:
    """
    Start the SDK of the file *sdk*, work once, let seven minutes pass, and stop.

    What is saved goes below *folder*, and *code* is the handshake code; a client that
    *knows_proxies* is told of one in its environment.
    """
    sdk_file = load_sdk_file(sdk)
    profile = load_profile(sdk_file.wire, sdk_file.folder)
    # A proxy works in real time, and so does an SDK before it that has no clock of ours.
    clock = clock_named(DEFAULT_CLOCK)
    clock.begin(datetime.now(UTC).replace(microsecond=0))
    seen: list[Exchange] = []

    def note(event: object) -> None:
        if isinstance(event, Exchange):
            seen.append(event)

    async with MockDls(profile, DEFAULT_WORLD, clock, note) as mock:
        url = await mock.open_site("a")
        told = f"handshake-code={code}", "device=a"
        async with _Proxy.between(folder, url, told, knows_proxies=knows_proxies) as proxy:
            env = {**sdk_file.env, **(proxy.env if knows_proxies else {})}
            server = _NAME if knows_proxies else f"https://127.0.0.1:{proxy.port}"
            start = Start(
                now=clock.now(),
                cache_dir=str(folder / "device"),
                servers=(server,),
                handshake_code=code,
                ca_file=str(proxy.authority),
            )
            started = await _session(replace(sdk_file, env=env), clock, start)
    saved = _judged(folder / "flows.mitm", told)
    return Proxied(started, tuple(seen), proxy.summary, saved, proxy.said)


async def _session(sdk_file: SdkFile, clock: ClockMode, start: Start) -> Started:
    Path(start.cache_dir).mkdir()
    driver = await clock.open(sdk_file, None)
    try:
        started = await driver.start(start)
        work = Operate(
            now=clock.now(), kind="decode", type="QR_CODE", count=2, success=True
        )
        await driver.operate(work)
        await driver.advance(clock.now() + _SESSION)
        await driver.stop()
    finally:
        await driver.close()
    return started


def _judged(path: Path, told: Iterable[str]) -> str:
    expected = read_told(told, None)
    with open_capture(str(path), AUTO, ()) as reading:
        inspection = inspect_capture(reading, expected, None, case="live")
    return summary_of(inspection.judgement, inspection.findings.messages)


class _Proxy:
    """A running mitmdump with the add-on."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.authority = folder / "conf/mitmproxy-ca-cert.pem"
        self.said = ""
        self.port = 0
        self._process = process

    @classmethod
    @asynccontextmanager
    async def between(
        cls, folder: Path, server: str, told: Iterable[str], *, knows_proxies: bool
    ) -> AsyncIterator["_Proxy"]:
        """Run one before *server*, which is *told* what an inspector knows, and end it."""
        way = (
            ("--map-remote", f"|{_NAME}/|{server}/", "--set", "connection_strategy=lazy")
            if knows_proxies
            else ("--mode", f"reverse:{server}")
        )
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "mitmdump"), "-s", str(_SCRIPT)),
            *("--listen-host", "127.0.0.1", "--listen-port", "0", *way),
            *("--set", f"confdir={folder / 'conf'}", "-w", str(folder / "flows.mitm")),
            *(part for text in told for part in ("--set", f"dls_expect={text}")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        proxy = cls(process, folder)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await proxy._begin()
            yield proxy
        finally:
            process.terminate()
            await proxy._read_on()
            await process.wait()

    @property
    def env(self) -> Mapping[str, str]:
        """What tells a client of it."""
        return {"https_proxy": f"http://127.0.0.1:{self.port}"}

    @property
    def summary(self) -> str:
        """The verdicts that it told at its end."""
        return self.said[self.said.rindex("DLS: ") :].strip()

    async def _begin(self) -> None:
        while not (found := re.search(r"listening at \S*127\.0\.0\.1:(\d+)", self.said)):
            assert self._process.stdout is not None
            line = await self._process.stdout.readline()
            if not line:
                raise RuntimeError(f"mitmdump ended: {self.said}")
            self.said += line.decode()
        self.port = int(found[1])

    async def _read_on(self) -> None:
        assert self._process.stdout is not None
        self.said += (await self._process.stdout.read()).decode()
