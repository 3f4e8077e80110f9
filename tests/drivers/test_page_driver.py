"""Claims about drivers that are pages, with a real Chromium and a page's SDK of our own."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.driver import DriverFault
from harness.drivers.pool import DriverPool
from harness.drivers.sdk_file import load_sdk_file, open_driver
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import load_cases
from harness.suite.performance import perform
from harness.suite.stage import set_stage
from harness.suite.tally import CaseReport

ROOT = Path(__file__).parents[2]
CASES = ROOT / "cases"


def play(sdk: Path, story: str, out: Path) -> CaseReport:
    """Play the first case of *story*."""
    known = frozenset(RULES_BY_ID)
    case = next(iter(load_cases(CASES / f"{story}.yaml", CASES, known)))
    stage = set_stage(sdk, "dls", out)
    assert stage.clock == "browser"  # whatever the page says

    async def played() -> CaseReport:
        drivers = DriverPool(stage.sdk_file, stage.generation, stage.clock)
        try:
            return await perform(case, stage, drivers)
        finally:
            await drivers.close()

    return asyncio.run(played())


@pytest.mark.parametrize(
    ("story", "shown"),
    [
        ("submit/cadence", "submit/anchored-at-start"),
        ("identity/crash", "identity/survives-crash"),
        ("identity/two-devices", "identity/distinct-per-device"),
        ("submit/killed-in-submission", "submit/failed-goes-out-next-session"),
        ("server/tls", "server/verifies-tls"),
        ("server/tls-good", "auth/requested-at-start"),
    ],
)
def test_sound_page(story: str, shown: str, tmp_path: Path) -> None:
    """Ticks, crashes, devices and certificates are real in a page: a sound SDK conforms."""
    report = play(ROOT / "sdks/plain-page/sdk.yaml", story, tmp_path)
    assert report.case.outcome == "passed", report.case
    assert shown in report.case.exercised
    assert not report.case.violated


def test_faulty_page(tmp_path: Path) -> None:
    """A page's mistake is found: it counts what failed."""
    sdk = ROOT / "tests/drivers/faulty_page.yaml"
    report = play(sdk, "usage/unsuccessful", tmp_path)
    assert "usage/failures-not-counted" in report.case.violated


def test_page_that_never_dials_in(tmp_path: Path) -> None:
    """A page that does not dial in is to blame, and its browser ends."""
    (tmp_path / "page.html").write_text("<!doctype html><title>mute</title>")
    (tmp_path / "sdk.yaml").write_text(
        "name: mute\ndriver: {websocket: {page: page.html}, timeout: 2s}\n"
    )

    async def asked() -> Any:
        driver = await open_driver(load_sdk_file(tmp_path / "sdk.yaml"), None, lambda: 0.0)
        try:
            return await driver.describe()
        finally:
            await driver.close()

    with pytest.raises(DriverFault, match="somebody to dial in at ws://127"):
        asyncio.run(asked())


#: A page that tells, as its name and version, what it reaches by name and by number.
CURIOUS = """<!doctype html>
<script>
  const url = new URL(new URLSearchParams(location.search).get('driver'));
  async function reach(host) {
    const asked = fetch(`http://${host}:${url.port}/page/page.html`, { mode: 'no-cors' });
    return asked.then(() => 'reached', () => 'not reached');
  }
  const socket = new WebSocket(url);
  socket.onmessage = async ({ data }) => {
    const { id } = JSON.parse(data);
    const [name, version] = [await reach('localhost'), await reach('127.0.0.1')];
    const sdk = { name, version, language: 'javascript' };
    const kind = { product: 'dbr', generation: 'dls', clock: 'browser' };
    const result = { contract: 1, sdk, ...kind, capabilities: [] };
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
  };
</script>
"""


def test_no_name_resolves_in_a_page(tmp_path: Path) -> None:
    """A page reaches this machine by its number, and nobody by a name, not even here."""
    (tmp_path / "page.html").write_text(CURIOUS, encoding="utf-8")
    (tmp_path / "sdk.yaml").write_text("name: a\ndriver: {websocket: {page: page.html}}\n")
    described = set_stage(tmp_path / "sdk.yaml", "dls", tmp_path).description
    assert (described.sdk.name, described.sdk.version) == ("not reached", "reached")


def test_page_that_is_not_there(tmp_path: Path) -> None:
    """A page that does not exist is told before any browser starts."""
    (tmp_path / "sdk.yaml").write_text("name: a\ndriver: {websocket: {page: gone.html}}\n")
    opening = open_driver(load_sdk_file(tmp_path / "sdk.yaml"), None, lambda: 0.0)
    with pytest.raises(BadInput, match=r"gone\.html: no such file"):
        asyncio.run(opening)


#: Opens a page, tells the browser's process, and is killed.
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from harness.drivers.sdk_file import load_sdk_file, open_driver

async def main():
    driver = await open_driver(load_sdk_file(Path(sys.argv[1])), None, lambda: 0.0)
    await driver.describe()
    print(driver._chromium._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_browser_ends_with_us(is_gone_soon: Callable[[int], bool]) -> None:
    """Who kills dlscheck leaves no browser behind."""
    sdk = ROOT / "sdks/plain-page/sdk.yaml"
    command = [sys.executable, "-c", KILLED, str(sdk)]
    ended = subprocess.run(command, check=False, capture_output=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert is_gone_soon(int(ended.stdout))


def test_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser is told what to install."""
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    with pytest.raises(BadInput, match="no Chromium"):
        set_stage(ROOT / "sdks/plain-page/sdk.yaml", "dls", tmp_path)
