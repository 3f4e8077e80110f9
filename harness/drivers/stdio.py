"""A driver in a process of its own, spoken to over its standard input and output."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from harness.documents.bad_input import BadInput
from harness.drivers.ceiling import Ceiling, too_slow
from harness.drivers.complaint import Complaint, quote
from harness.drivers.contract import METHODS, Message, Method, render_params
from harness.drivers.driver import (
    GRACE,
    MADE_UP_METHOD,
    Blame,
    Driver,
    DriverFault,
    DriverKilled,
)
from harness.drivers.json_rpc import (
    METHOD_NOT_FOUND,
    RpcError,
    read_answer,
    read_plain_answer,
    render_request,
)
from harness.drivers.line_buffer import LONGEST_LINE_BYTES
from harness.drivers.process import DriverProcess, Listener

#: Makes an answer out of a line and the number of the request.
type _Reader = Callable[[bytes, int], Any]

_READERS: dict[str, _Reader] = {
    name: partial(read_answer, method=method) for name, method in METHODS.items()
}

_FLUSH = "write a line break after every answer, and flush the output then"
_BY_HAND = "run its command by hand, in the folder of the SDK's file, to see why"
_ONE_ANSWER = "answer each request once; logs belong on stderr"


class StdioDriver(Driver):
    """A driver in a process of its own."""

    def __init__(
        self,
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
    ) -> None:
        """Prepare; `launch` is what makes a running one."""
        super().__init__(name)
        self._process = DriverProcess(
            Listener(self._on_line, self._on_overlong, self._on_end)
        )
        self._ceiling = Ceiling(ceiling, last_seen, self._on_past_ceiling)
        self._grace = grace
        self._requests = 0
        self._lines = 0
        self._answer: asyncio.Future[Any] | None = None
        self._read: _Reader = read_plain_answer

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

    @property
    def has_answer(self) -> bool:
        """Whether an answer, or a fault, has come which nobody has taken yet."""
        return self._answer is not None and self._answer.done()

    async def ask_unknown(self) -> bool:
        """Ask for a made-up method; tell whether the driver says that it has none."""
        answer = await self._exchange(MADE_UP_METHOD, {}, read_plain_answer)
        return isinstance(answer, RpcError) and answer.code == METHOD_NOT_FOUND

    async def kill(self) -> None:
        """End it by SIGKILL, its children too; open another one to go on."""
        self._over = self._over or "killed"
        self._process.ignore()
        self._process.kill()
        await self._finish()

    async def close(self) -> None:
        """End its input, wait a little for its exit, then kill what is left."""
        if not self._over:
            self._over = "closed"
            # What it writes while it stops answers no request; it is let go.
            self._process.ignore()
            self.ended_by_itself = await self._process.close(
                0.0 if self._fault else self._grace.total_seconds()
            )
        await self._finish()

    async def _finish(self) -> None:
        self._ceiling.cancel()
        if self._answer is not None and not self._answer.done():
            told = f"driver {self.name!r} was {self._over} meanwhile"
            is_killed = self._over == "killed"
            self._answer.set_exception(
                DriverKilled(told) if is_killed else RuntimeError(told)
            )
        await self._process.wait()

    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        read = _READERS[method.name]
        result: R = await self._exchange(method.name, render_params(params), read)
        return result

    async def _exchange(self, method: str, params: dict[str, Any], read: _Reader) -> Any:
        """Send a request; return what *read* makes of the line that answers it."""
        self._refuse_if_over()
        request = render_request(self._requests + 1, method, params)
        self._requests += 1
        self._method, self._read = method, read
        self._answer = asyncio.get_running_loop().create_future()
        self._ceiling.begin()
        self._process.write(request)
        try:
            answer = await self._answer
        except asyncio.CancelledError:
            # Whatever comes now answers a request that nobody waits for any more.
            self._over = self._over or "left in the middle of a request"
            self._end_process()
            raise
        finally:
            self._answer, self._method = None, ""
        if self._fault is not None:
            raise DriverFault(self._fault.blame)
        return answer

    def _on_line(self, line: bytes) -> None:
        self._lines += 1
        if not line.strip():
            return
        place = f"line {self._lines} of its output"
        if self._answer is None or self._answer.done():
            nothing = "no line, since every request was answered"
            self._fail(Complaint(nothing, quote(line), _ONE_ANSWER), place)
            return
        self._ceiling.end()
        try:
            # Read here and now: a second line may already wait behind this one.
            self._answer.set_result(self._read(line, self._requests))
        except Complaint as complaint:
            self._fail(complaint, place)

    def _on_overlong(self) -> None:
        expected = f"lines of at most {LONGEST_LINE_BYTES} bytes"
        complaint = Complaint(expected, "a longer one", _FLUSH)
        self._fail(complaint, f"line {self._lines + 1} of its output")

    def _on_end(self) -> None:
        waited = self._answer is not None and not self._answer.done()
        expected = "an answer" if waited else "it to run until the end of its input"
        way_out = "" if self._lines else _BY_HAND
        self._fail(Complaint(expected, self._process.fate(), way_out), self._after())

    def _on_past_ceiling(self) -> None:
        rest = self._process.unfinished
        written = f"only {quote(rest)}, without a line break," if rest else "nothing"
        got = f"{written} until it was killed"
        self._fail(too_slow(self._ceiling.limit, got, _FLUSH), self._after())

    def _fail(self, complaint: Complaint, place: str) -> None:
        """Keep the first fault, and end the process that is to blame for it."""
        if self._fault is None:
            where = {"driver": self.name, "method": self._method, "place": place}
            self._fault = DriverFault(Blame.of(complaint, **where, log=self.log))
        self._end_process()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(DriverFault(self._fault.blame))

    def _end_process(self) -> None:
        self._ceiling.cancel()
        self._process.ignore()
        self._process.kill()

    def _after(self) -> str:
        if not self._lines:
            return "before the first line of its output"
        return f"after line {self._lines} of its output"
