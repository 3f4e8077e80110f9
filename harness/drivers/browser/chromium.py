"""A Chromium of our own: found, started on a profile, and ended."""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.drivers.process import DriverProcess, Listener

#: Names it has on one system or another; ``CHROMIUM`` in the environment comes first.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE_SECONDS = 60.0
_NAP_SECONDS = 0.02

_FLAGS = (
    *("--headless", "--disable-gpu", "--mute-audio", "--password-store=basic"),
    *("--no-first-run", "--no-default-browser-check", "--disable-default-apps"),
    # It has business of its own with its maker, which is none of ours.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-breakpad", "--disable-crash-reporter", "--disable-domain-reliability"),
    # A page that nobody looks at is as awake as any other.
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding"),
    *("--disable-backgrounding-occluded-windows", "--remote-debugging-port=0"),
)


def find_chromium() -> str:
    """
    Return the program.

    Raises:
        BadInput: There is none.
    """
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else _NAMES:
        found = shutil.which(name)
        if found:
            return found
    raise BadInput(
        f"no Chromium ({named or ', '.join(_NAMES)}): install one (Debian: apt-get install "
        "chromium), or name it in the environment variable CHROMIUM"
    )


class Chromium:
    """
    One browser, on one profile.

    Attributes:
        profile: The folder that the device is.
    """

    def __init__(self, profile: Path, on_end: Callable[[], None]) -> None:
        """Tell *on_end* when it ends by itself."""
        self.profile = profile
        self._process = DriverProcess(Listener(lambda _: None, lambda: None, on_end))

    async def launch(
        self, page_port: int, trusted: Sequence[str], env: Mapping[str, str]
    ) -> str:
        """
        Start it, and return the address for tools.

        Args:
            page_port: Where ``http://localhost/`` is found.
            trusted: Digests of the public keys of servers that are trusted.
            env: Its environment.

        Raises:
            BadInput: It cannot be started.
        """
        self.profile.mkdir(parents=True, exist_ok=True)
        told = self.profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        command = (
            *_tied_to_us(),
            find_chromium(),
            *_FLAGS,
            *self._flags(page_port, trusted),
            "about:blank",
        )
        await self._process.launch(command, self.profile, env)
        return await self._address(told)

    @property
    def log(self) -> str:
        """What it wrote to its standard error."""
        return self._process.log

    def fate(self) -> str:
        """Say what has become of it."""
        return self._process.fate()

    def ignore(self) -> None:
        """Tell nobody of its end."""
        self._process.ignore()

    def kill(self) -> None:
        """End it by SIGKILL, with all its processes."""
        self._process.ignore()
        self._process.kill()

    async def close(self, seconds: float) -> bool:
        """Wait *seconds* for its end, then kill it; tell whether waiting was enough."""
        self._process.ignore()
        return await self._process.close(seconds)

    async def wait(self) -> None:
        """Return once it has ended."""
        await self._process.wait()

    def _flags(self, page_port: int, trusted: Sequence[str]) -> list[str]:
        # No name resolves, but for the page's own, which stays the same from one start to
        # the next: what it keeps is kept by its origin.
        rules = (
            f"MAP localhost:80 127.0.0.1:{page_port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        )
        flags = [f"--user-data-dir={self.profile}", f"--host-resolver-rules={rules}"]
        if trusted:
            flags.append(f"--ignore-certificate-errors-spki-list={','.join(trusted)}")
        # As root it has no sandbox; all that it opens is our own.
        return [*flags, "--no-sandbox"] if os.getuid() == 0 else flags

    async def _address(self, told: Path) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not (text := _read(told)):
                    await asyncio.sleep(_NAP_SECONDS)
        except TimeoutError:
            self.kill()
            raise BadInput(
                f"{find_chromium()} did not begin within {_PATIENCE_SECONDS:g} s; its "
                f"standard error: {self.log[-500:] or 'nothing'}"
            ) from None
        port, path = text.splitlines()[:2]
        return f"ws://127.0.0.1:{port}{path}"


def _tied_to_us() -> tuple[str, ...]:
    """Return what ends a program with us, if we are killed; empty: nothing here does."""
    found = shutil.which("setpriv")
    return (found, "--pdeathsig", "KILL") if found else ()


def _read(path: Path) -> str:
    """Return the text of *path* once it is whole: a port and a path."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""
    return text if "\n/" in text else ""
