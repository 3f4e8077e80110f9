"""A driver that dials in: for browsers and phones, which have no standard input."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.documents.bad_input import BadInput
from harness.domain.instant import render_span
from harness.drivers.complaint import Complaint
from harness.drivers.dial_in import Caller, DialIn
from harness.drivers.driver import GRACE, DriverFault
from harness.drivers.process import DriverProcess, Listener
from harness.drivers.rpc_driver import RpcDriver

#: Tells a program where to dial in.
URL_VARIABLE = "DLS_DRIVER_URL"
LOOPBACK = "127.0.0.1"


_NOTHING: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True)
class Websocket:
    """
    How a driver dials in, as the SDK's file says it.

    Attributes:
        command: A program that is started, and dials in; empty: somebody else does.
        page: A page that is opened in a browser, and dials in; ``None``: no page.
        files: Folders that are served to the page besides its own, by their paths.
        query: What the page's address has in its query besides.
        host, port: Where; port 0 is any, which suits a program that is told.
    """

    command: tuple[str, ...] = ()
    page: Path | None = None
    host: str = LOOPBACK
    port: int = 0
    files: Mapping[str, Path] = _NOTHING
    query: str = ""


class WebsocketDriver(RpcDriver):
    """A program, or anybody, at the other end of a websocket."""

    def __init__(
        self,
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
        *,
        host: str = LOOPBACK,
        files: Mapping[str, Path] = _NOTHING,
    ) -> None:
        """Prepare; `launch` is what makes one that can be asked."""
        super().__init__(name, ceiling, last_seen, grace)
        caller = Caller(self._on_message, self._on_binary, self._on_hung_up)
        self._dial_in = DialIn(caller, host, files)
        self._process: DriverProcess | None = None
        self._cutting: asyncio.Task[None] | None = None

    @classmethod
    async def launch(
        cls,
        how: Websocket,
        *,
        cwd: Path,
        env: Mapping[str, str],
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
    ) -> "WebsocketDriver":
        """
        Listen, and start the program that is to dial in, if there is one.

        The parameters are those of `StdioDriver.launch`.

        Raises:
            BadInput: The program cannot be started, or the port not be had.
        """
        driver = cls(name, ceiling, last_seen, grace, host=how.host)
        try:
            await driver._dial_in.open(how.port)
            if how.command:
                told = {**env, URL_VARIABLE: driver._dial_in.url}
                await driver._start(how.command, cwd, told)
        except BadInput as error:
            await driver._dial_in.close()
            raise BadInput(f"driver {name!r}: {error}") from error
        return driver

    @property
    def url(self) -> str:
        """Where it has to dial in."""
        return self._dial_in.url

    @property
    def pid(self) -> int | None:
        """The process id of the program, if there is one."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> str:
        """The last 64 KiB of the program's standard error."""
        return self._process.log if self._process else ""

    async def _start(
        self, command: tuple[str, ...], cwd: Path, env: Mapping[str, str]
    ) -> None:
        # What it writes to its standard output is its own affair.
        listener = Listener(lambda _: None, lambda: None, self._on_exit)
        process = DriverProcess(listener)
        await process.launch(command, cwd, env)
        self._process = process

    def _ignore(self) -> None:
        self._dial_in.ignore()

    async def _end(self, seconds: float) -> bool:
        has_agreed = await self._dial_in.hang_up(seconds)
        if self._process is None:
            return has_agreed
        self._process.ignore()
        return await self._process.close(seconds)

    async def _finish(self) -> None:
        self._let_go()
        await self._closing()
        if self._process is not None:
            await self._process.wait()

    def _send(self, request: bytes) -> None:
        self._dial_in.send(request)

    def _cut(self) -> None:
        self._dial_in.ignore()
        self._closing()
        if self._process is not None:
            self._process.ignore()
            self._process.kill()

    def _closing(self) -> asyncio.Task[None]:
        """Close once, and in a task of its own: who cuts may be what is being cut."""
        if self._cutting is None:
            self._cutting = asyncio.create_task(self._dial_in.close())
        return self._cutting

    async def _exchange(self, method: str, params: dict[str, Any], read: Any) -> Any:
        """Ask once somebody has dialled in."""
        self._refuse_if_over()
        await self._wait_for_caller(method)
        return await super()._exchange(method, params, read)

    async def _wait_for_caller(self, method: str) -> None:
        limit = self._ceiling.limit
        try:
            async with asyncio.timeout(limit.total_seconds()):
                await self._dial_in.connected.wait()
        except TimeoutError:
            self._method = method
            expected = f"somebody to dial in at {self.url} within {render_span(limit)}"
            way_out = (
                f"the address is in the environment, {URL_VARIABLE}, or in the page's "
                "query, ?driver=…"
            )
            self._fail(Complaint(expected, "nobody", way_out), self._after())
            self._method = ""
        if self._fault is not None:
            raise DriverFault(self._fault.blame)

    def _on_binary(self) -> None:
        expected = "messages of text"
        place = f"message {self._messages + 1} of its messages"
        self._fail(Complaint(expected, "a binary one", "send a string"), place)

    def _on_hung_up(self, how: str) -> None:
        expected = "an answer" if self._is_asked else "it to stay until it is hung up on"
        self._fail(Complaint(expected, how), self._after())

    def _on_exit(self) -> None:
        assert self._process is not None
        expected = "an answer" if self._is_asked else "it to run until it is hung up on"
        self._fail(Complaint(expected, self._process.fate()), self._after())
        # Whoever waits for it to dial in is told at once.
        self._dial_in.connected.set()
