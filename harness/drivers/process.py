"""
One driver's process: whole lines in and out, its log, and its end.

It leads a process group of its own, so that whatever it starts ends with it; what leaves
the group is found by a mark that it carries. Both of its outputs are read all the time: a
driver that floods one of them hangs nobody.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.documents.bad_input import BadInput
from harness.drivers.complaint import quote
from harness.drivers.line_buffer import LineBuffer
from harness.drivers.offspring import Offspring

#: How much of a driver's standard error is kept.
LOG_BYTES = 64 * 1024

#: From the death of the process, or the end of its output, until the other is waited
#: for no longer. A grandchild that left the group may hold the pipes open for ever.
_ENDING_SECONDS = 1.0

_STDIN, _STDOUT, _STDERR = 0, 1, 2


@dataclass(frozen=True)
class Listener:
    """
    What a process tells.

    Attributes:
        on_line: It wrote a line.
        on_overlong: It wrote a line without end; no more lines are told.
        on_end: Nothing more will come, since it has ended or closed its output.
    """

    on_line: Callable[[bytes], None]
    on_overlong: Callable[[], None]
    on_end: Callable[[], None]


class DriverProcess(asyncio.SubprocessProtocol):
    """
    A running driver.

    Attributes:
        pid: Its process id, which is its group's too.
    """

    pid: int
    _transport: asyncio.SubprocessTransport

    def __init__(self, listener: Listener) -> None:
        """Tell *listener* what happens."""
        self._listener: Listener | None = listener
        self._lines = LineBuffer()
        self._offspring = Offspring()
        self._log = bytearray()
        self._exited = asyncio.Event()
        self._ended = asyncio.Event()
        self._ending: asyncio.TimerHandle | None = None

    async def launch(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str]
    ) -> None:
        """
        Start *command*, without a shell.

        Raises:
            BadInput: It cannot be started.
        """
        try:
            # Not every event loop looks: some would cut the text there.
            if "\0" in "".join((*command, *env.values())):
                raise ValueError("embedded null byte")
            await asyncio.get_running_loop().subprocess_exec(
                lambda: self,
                *command,
                cwd=cwd,
                env={**env, **self._offspring.environment},
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise BadInput(
                f"the driver's command {list(command)} cannot be started: {why} "
                f"(working folder: {cwd}); it is run without a shell, and a program "
                "without a / in its name is looked up in PATH"
            ) from error

    def write(self, line: bytes) -> None:
        """Send *line* to its standard input."""
        pipe = self._transport.get_pipe_transport(_STDIN)
        if pipe is not None and not pipe.is_closing():
            cast(asyncio.WriteTransport, pipe).write(line)

    def ignore(self) -> None:
        """Tell the listener nothing more."""
        self._listener = None

    def kill(self) -> None:
        """Send SIGKILL to the process and all of its group."""
        # Once its leader is dead and buried, the number of a group may be another's.
        if not self._exited.is_set():
            self._kill_group()

    async def close(self, grace_seconds: float) -> bool:
        """End its input, wait, kill what is left; tell whether waiting was enough."""
        self._close_pipe(_STDIN)
        try:
            async with asyncio.timeout(grace_seconds):
                await self._exited.wait()
            by_itself = True
        except TimeoutError:
            by_itself = False
        finally:
            self.kill()
        await self.wait()
        return by_itself

    async def wait(self) -> None:
        """Return once it has ended and everything of it is closed."""
        await self._exited.wait()
        await self._ended.wait()
        self._transport.close()

    @property
    def log(self) -> str:
        """The last of its standard error."""
        return bytes(self._log[-LOG_BYTES:]).decode(errors="replace")

    @property
    def unfinished(self) -> bytes:
        """What it wrote after its last line break."""
        return self._lines.unfinished

    def fate(self) -> str:
        """Return what has become of it, in words."""
        code = self._transport.get_returncode()
        if code is None:
            text = "the end of its output, though it still runs"
        elif code < 0:
            text = f"its end by signal {-code} ({signal.strsignal(-code)})"
        else:
            text = f"its exit with code {code}"
        rest = self.unfinished
        return f"{text}, after {quote(rest)} without a line break" if rest else text

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.SubprocessProtocol`."""
        # Not by isinstance: other event loops have transports of their own.
        self._transport = cast(asyncio.SubprocessTransport, transport)
        self.pid = self._transport.get_pid()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """See `asyncio.SubprocessProtocol`."""
        if fd == _STDERR:
            self._log += data
            # Cutting at twice the size keeps a flood from copying at every chunk.
            if len(self._log) > 2 * LOG_BYTES:
                del self._log[:-LOG_BYTES]
        elif self._listener is not None:
            self._take(data, self._listener)

    def _take(self, data: bytes, listener: Listener) -> None:
        try:
            lines = self._lines.feed(data)
        except OverflowError:
            listener.on_overlong()
            return
        for line in lines:
            if self._listener is None:
                break
            listener.on_line(line)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        """See `asyncio.SubprocessProtocol`."""
        if fd == _STDOUT:
            self._await_end()

    def process_exited(self) -> None:
        """See `asyncio.SubprocessProtocol`."""
        # Its children outlive it otherwise; the group is still ours at this moment.
        self._kill_group()
        self._offspring.kill(self.pid)
        self._exited.set()
        self._close_pipe(_STDIN)
        self._await_end()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """See `asyncio.SubprocessProtocol`: it has exited and all pipes are closed."""
        if self._ending is not None:
            self._ending.cancel()
        self._end()

    def _await_end(self) -> None:
        if self._ending is None:
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(_ENDING_SECONDS, self._end)

    def _end(self) -> None:
        if self._ended.is_set():
            return
        self._ended.set()
        if self._listener is not None:
            self._listener.on_end()

    def _close_pipe(self, fd: int) -> None:
        pipe = self._transport.get_pipe_transport(fd)
        if pipe is not None:
            pipe.close()

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # Nobody of the group is left; macOS says so in the second way.
            return
