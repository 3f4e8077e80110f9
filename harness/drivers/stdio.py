"""A driver in a process of its own, spoken to over its standard input and output."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.drivers.complaint import Complaint, quote
from harness.drivers.driver import GRACE
from harness.drivers.line_buffer import LONGEST_LINE_BYTES
from harness.drivers.process import DriverProcess, Listener
from harness.drivers.rpc_driver import RpcDriver

_FLUSH = "write a line break after every answer, and flush the output then"
_BY_HAND = "run its command by hand, in the folder of the SDK's file, to see why"


class StdioDriver(RpcDriver):
    """A driver in a process of its own."""

    _unit, _whole = "line", "its output"
    _when_silent = _FLUSH

    def __init__(
        self,
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
    ) -> None:
        """Prepare; `launch` is what makes a running one."""
        super().__init__(name, ceiling, last_seen, grace)
        self._process = DriverProcess(
            Listener(self._on_message, self._on_overlong, self._on_end)
        )

    @classmethod
    async def launch(
        cls,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
    ) -> "StdioDriver":
        """
        Start *command* in *cwd* and speak to it.

        Args:
            command: The program and its arguments; no shell sees them.
            cwd: Its working folder.
            env: Its whole environment.
            name: What blames call the driver.
            ceiling: How long a request may take in real time.
            last_seen: Tells when the mock last saw a request, by `time.monotonic`.
            grace: How long it may take to exit after the end of its input.

        Raises:
            BadInput: It cannot be started.
        """
        driver = cls(name, ceiling, last_seen, grace)
        try:
            await driver._process.launch(command, cwd, env)
        except BadInput as error:
            raise BadInput(f"driver {name!r}: {error}") from error
        return driver

    @property
    def log(self) -> str:
        """The last 64 KiB of its standard error."""
        return self._process.log

    @property
    def pid(self) -> int:
        """Its process id, which is its process group's too."""
        return self._process.pid

    def _ignore(self) -> None:
        self._process.ignore()

    async def _end(self, seconds: float) -> bool:
        return await self._process.close(seconds)

    async def _finish(self) -> None:
        self._let_go()
        await self._process.wait()

    def _send(self, request: bytes) -> None:
        self._process.write(request)

    def _cut(self) -> None:
        self._process.ignore()
        self._process.kill()

    def _written(self) -> str:
        rest = self._process.unfinished
        return f"only {quote(rest)}, without a line break," if rest else "nothing"

    def _on_overlong(self) -> None:
        expected = f"lines of at most {LONGEST_LINE_BYTES} bytes"
        complaint = Complaint(expected, "a longer one", _FLUSH)
        self._fail(complaint, f"line {self._messages + 1} of its output")

    def _on_end(self) -> None:
        expected = "an answer" if self._is_asked else "it to run until the end of its input"
        way_out = "" if self._messages else _BY_HAND
        self._fail(Complaint(expected, self._process.fate(), way_out), self._after())
