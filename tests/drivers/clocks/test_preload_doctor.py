"""Claims about what is said of SDKs for which virtual time is not made, or hard work."""

import asyncio
import textwrap
from pathlib import Path

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.choice import described_by, resolved
from harness.drivers.clocks.preload import PreloadClock
from harness.drivers.doctor import examine
from harness.drivers.sdk_file import load_sdk_file
from tests.drivers.clocks.conftest import BEGIN, HERE, LONGEST_SECONDS

GOOD = HERE.parent


@pytest.fixture
def sdk(tmp_path: Path):
    """Write the file of an SDK whose script spoils the good driver."""

    def written(body: str, timeout: str = "20s") -> Path:
        script = f"import sys\nsys.path.insert(0, {str(GOOD)!r})\n"
        script += "import threading, time\nfrom good_driver import *\n"
        script += "class Spoilt(Good):\n" + textwrap.indent(textwrap.dedent(body), "    ")
        (tmp_path / "driver.py").write_text(f"{script}\nserve(Spoilt())\n")
        path = tmp_path / "acme.yaml"
        command = "command: ['{python}', driver.py]"
        path.write_text(f"name: acme\ndriver: {{{command}, timeout: {timeout}}}\n")
        return path

    return written


def examined(path: Path):
    """Return the checks of a doctor's visit in virtual time, by name."""

    async def bounded():
        async with asyncio.timeout(LONGEST_SECONDS):
            return await examine(
                load_sdk_file(path),
                generation=None,
                clock=PreloadClock(),
                servers=("http://127.0.0.1:9",),
                begin=BEGIN,
            )

    return {check.name: check for check in asyncio.run(bounded())}


#: What every one of these SDKs does besides: it begins a thread when it is started.
START = """
def start(self, params):
    threading.Thread(target=self.work, daemon=True).start()
    return {"authorized": True}
def describe(self, params):
    return {**super().describe(params), "capabilities": []}
"""


def test_the_mode_is_proved(sdk):
    """A program of our own waits in three ways, and each is exact."""
    found = examined(sdk("pass"))["clock mode works"]
    assert found.ok
    assert "a timer of 180 s fires after 180 s" in found.detail
    assert "ended after 60 s takes 60 s" in found.detail
    assert "a network time-out of 10 s takes 10 s" in found.detail


def test_whoever_polls_without_waiting_is_told_so(sdk):
    """A thread that looks at the clock over and over never lets time pass."""
    body = START + "def work(self):\n    while time.time() < 9e9: pass\n"
    found = examined(sdk(body, timeout="2s"))["session starts"]
    assert not found.ok
    assert "no rest: python" in found.detail
    assert "do not look at the clock over and over" in found.detail


def test_whoever_looks_often_is_told_so(sdk):
    """A thread that naps for a moment at a time is exact, and slow."""
    body = START + "def work(self):\n    while True: time.sleep(0.25)\n"
    found = examined(sdk(body))
    assert found["time goes by"].ok
    assert "it looks at the clock over and over" in found["how it waits"].detail
    assert "woke 240" in found["how it waits"].detail


def test_threads_that_begin_meanwhile_are_counted(sdk):
    """An SDK that starts threads while time passes is followed with all of them."""
    body = """
    def work(self):
        time.sleep(180)
        for _ in range(40):
            threading.Thread(target=time.sleep, args=(180,), daemon=True).start()
    """
    found = examined(sdk(START + textwrap.dedent(body)))["how it waits"]
    assert "between 1 and 41 threads" in found.detail


def test_whoever_waits_for_ever_is_told_so(sdk):
    """An SDK that waits without a time-out submits nothing by itself."""
    body = START + "def work(self):\n    threading.Event().wait()\n"
    assert "without a time-out" in examined(sdk(body))["how it waits"].detail


@pytest.mark.parametrize(
    ("flags", "why"),
    [(("-static",), "is linked statically"), (("-static", "-DGO"), "is written in Go")],
    ids=["static", "go"],
)
@pytest.mark.parametrize("mode", ["preload", "faketime", "scaled"])
def test_whoever_bypasses_the_c_library_is_refused(built, tmp_path, flags, why, mode):
    """A program that asks nobody else for the time is refused, with the reason."""
    source = tmp_path / f"bypassing{len(flags)}.c"
    source.write_text((HERE / "bypassing.c").read_text())
    path = tmp_path / "acme.yaml"
    path.write_text(f"name: acme\ndriver: {{command: ['{built(source, *flags)}']}}\n")
    with pytest.raises(BadInput, match=f"'{mode}' does not reach process.*{why}"):
        asyncio.run(described_by(load_sdk_file(path), None, mode))


def test_a_class_is_refused(tmp_path):
    """A driver in our own process cannot have a time of its own."""
    path = tmp_path / "acme.yaml"
    path.write_text("name: acme\ndriver: {python: 'a:B'}\n")
    with pytest.raises(BadInput, match=r"expected driver\.command, got driver\.python"):
        asyncio.run(described_by(load_sdk_file(path), None, "preload"))


@pytest.mark.parametrize(("told", "mode"), [("injected", "injected"), ("real", "preload")])
def test_auto_takes_the_strongest_mode(sdk, told, mode):
    """A clock of the SDK's own is best, and next to that ours."""
    body = f"""
    def describe(self, params):
        return {{**super().describe(params), "clock": {told!r}}}
    """
    chosen, why = asyncio.run(resolved(load_sdk_file(sdk(body)), None, "auto"))
    assert chosen == mode
    assert why


def test_no_compiler_is_told(monkeypatch):
    """Without a C compiler there is one clear message."""
    from harness.drivers.clocks.library import preload_library

    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(BadInput, match=r"needs a C compiler.*'no-such-compiler'"):
        preload_library.__wrapped__()
