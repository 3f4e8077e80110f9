"""Claims about modes that stand on libfaketime, and about time that passes by itself."""

import asyncio
from datetime import timedelta

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.clocks import libfaketime
from harness.drivers.clocks.blocking import Blocked, read_blocked
from harness.drivers.clocks.choice import described_by, resolved
from harness.drivers.clocks.faketime import FaketimeClock
from harness.drivers.clocks.flowing import RealClock, ScaledClock
from harness.drivers.clocks.library import preload_library
from harness.drivers.clocks.proof import prove
from harness.drivers.doctor import examine
from harness.drivers.sdk_file import load_sdk_file
from tests.drivers.clocks.conftest import BEGIN, HERE, LONGEST_SECONDS

ROOT = HERE.parents[2]
NODE = ROOT / "sdks/plain-node/sdk.yaml"
THREADS = ROOT / "sdks/plain-python/sdk.yaml"


def run(call):
    async def bounded():
        async with asyncio.timeout(LONGEST_SECONDS):
            return await call

    return asyncio.run(bounded())


def examined(path):
    """Return the checks of a doctor's visit under libfaketime, by name."""
    checks = run(
        examine(
            load_sdk_file(path),
            generation="dls",
            clock=FaketimeClock(),
            servers=("http://127.0.0.1:9",),
            begin=BEGIN,
        )
    )
    return {check.name: check for check in checks}


def test_event_loops_are_moved_exactly():
    """A program of ours waits in three ways in an event loop, and each is exact."""
    proofs = run(prove(FaketimeClock(), BEGIN))
    assert [proof.text for proof in proofs if not proof.is_exact] == []
    assert proofs[0].text == "a timer of 180 s fires after 180 s"


def test_waits_that_stay_in_real_time_are_named(tmp_path):
    """An SDK whose thread sleeps is told that this mode does not move it."""
    script = tmp_path / "driver.py"
    script.write_text(
        f"import sys, threading, time\nsys.path.insert(0, {str(HERE.parent)!r})\n"
        "from good_driver import *\n"
        "class Sleepy(Good):\n"
        "    def start(self, params):\n"
        "        threading.Thread(target=time.sleep, args=(180,), daemon=True).start()\n"
        "        return {'authorized': True}\n"
        "serve(Sleepy())\n"
    )
    path = tmp_path / "acme.yaml"
    path.write_text("name: acme\ndriver: {command: ['{python}', driver.py]}\n")
    told = examined(path)["how it waits"].detail
    assert "clock_nanosleep take real time: this mode moves event loops only" in told


@pytest.fixture
def patience(monkeypatch):
    """On a machine that is busy with tests, half a second is no proof of anything."""
    monkeypatch.setattr(ScaledClock, "tolerance", timedelta(seconds=30))


@pytest.mark.usefixtures("patience")
def test_a_faster_clock_is_right_to_a_few_seconds():
    """Three minutes take three seconds, and are three minutes for the program."""
    proofs = run(prove(ScaledClock(), BEGIN))
    assert [proof.text for proof in proofs if not proof.is_exact] == []


def test_the_machine_has_its_own_time(tmp_path):
    """A story in real time begins now, and not when it tells."""
    clock = RealClock()
    clock.begin(BEGIN)
    now = tmp_path / "now"
    now.touch()
    assert abs(now.stat().st_mtime - clock.now().timestamp()) < LONGEST_SECONDS


@pytest.mark.parametrize("mode", ["faketime", "scaled"])
def test_a_missing_library_is_told(monkeypatch, tmp_path, mode):
    """Without libfaketime there is one clear message, with the way out."""
    monkeypatch.setattr(libfaketime, "_FOLDERS", (str(tmp_path),))
    why = f"clock mode '{mode}' needs libfaketime.*apt install libfaketime"
    with pytest.raises(BadInput, match=why):
        run(described_by(load_sdk_file(NODE), "dls", mode))


@pytest.mark.parametrize(
    ("path", "mode"), [(NODE, "faketime"), (THREADS, "scaled")], ids=["loop", "threads"]
)
@pytest.mark.usefixtures("patience")
def test_without_a_compiler_auto_takes_the_next(monkeypatch, path, mode):
    """An event loop is moved by libfaketime, anything else runs faster."""
    preload_library.cache_clear()
    monkeypatch.setenv("CC", "no-such-compiler")
    chosen, _ = run(resolved(load_sdk_file(path), "dls", "auto"))
    preload_library.cache_clear()
    assert chosen == mode


def test_auto_tells_why_nothing_works(monkeypatch, tmp_path):
    """Each mode has its reason."""
    preload_library.cache_clear()
    monkeypatch.setenv("CC", "no-such-compiler")
    monkeypatch.setattr(libfaketime, "_FOLDERS", (str(tmp_path),))
    with pytest.raises(BadInput, match=r"(?s)preload: .*compiler.*faketime: .*scaled: "):
        run(resolved(load_sdk_file(NODE), "dls", "auto"))
    preload_library.cache_clear()


LOOP = "281 0xf 0x7ffc 0x400 {} 0x0 0x8 0x7ffc65d57d60 0x7fccb6521cae"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LOOP.format("0x2bf20"), Blocked("epoll_wait", 180_000_000_000)),
        (LOOP.format("0xffffffff"), None),
        ("202 0xedc8a50 0x189 0x0 0x0 0x0 0xffffffff 0x7f 0x7f", None),
        ("202 0xedc8a50 0x189 0x0 0x7f00 0x0 0xffffffff 0x7f 0x7f", Blocked("futex", None)),
        ("202 0xedc8a50 0x81 0x1 0x7f00 0x0 0x0 0x7f 0x7f", None),
        ("7 0x7f00 0x1 0x1388 0x0 0x0 0x0 0x7f 0x7f", Blocked("poll", None)),
        ("running\n", None),
        ("-1 0x7f 0x7f", None),
        ("0 0x0 0x7f00 0x400 0x0 0x0 0x0 0x7f 0x7f", None),
    ],
)
def test_how_a_thread_waits_is_read(text, found):
    """What the kernel says of a blocked thread becomes a span, or a wait in real time."""
    assert read_blocked(text, "x86_64") == found
