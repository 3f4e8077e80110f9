"""What drivers have in common that are spoken to in JSON-RPC, whatever carries it."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

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

#: Makes an answer out of a message and the number of the request.
type _Reader = Callable[[bytes, int], Any]

_READERS: dict[str, _Reader] = {
    name: partial(read_answer, method=method) for name, method in METHODS.items()
}

_ONE_ANSWER = "answer each request once; logs belong on stderr"


class RpcDriver(Driver):
    """A driver at the other end of something that carries messages."""

    #: What one of its messages is called, and all that came before another.
    _unit, _whole = "message", "its messages"
    #: What a driver may have forgotten that does not answer.
    _when_silent = ""

    def __init__(
        self,
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
    ) -> None:
        """Prepare; a request may take *ceiling*, and the end *grace* in real time."""
        super().__init__(name)
        self._ceiling = Ceiling(ceiling, last_seen, self._on_past_ceiling)
        self._grace = grace
        self._requests = 0
        self._messages = 0
        self._answer: asyncio.Future[Any] | None = None
        self._read: _Reader = read_plain_answer

    @property
    def has_answer(self) -> bool:
        """Whether an answer, or a fault, has come which nobody has taken yet."""
        return self._answer is not None and self._answer.done()

    async def ask_unknown(self) -> bool:
        """Ask for a made-up method; tell whether the driver says that it has none."""
        answer = await self._exchange(MADE_UP_METHOD, {}, read_plain_answer)
        return isinstance(answer, RpcError) and answer.code == METHOD_NOT_FOUND

    async def kill(self) -> None:
        """End it at once, its children too; open another one to go on."""
        self._over = self._over or "killed"
        self._cut()
        await self._finish()

    async def close(self) -> None:
        """Say that nothing more comes, wait a little, then kill what is left."""
        if not self._over:
            self._over = "closed"
            # What it writes while it stops answers no request; it is let go.
            self._ignore()
            self.ended_by_itself = await self._end(
                0.0 if self._fault else self._grace.total_seconds()
            )
        await self._finish()

    @abstractmethod
    def _ignore(self) -> None:
        """Hear nothing more of what it says."""

    @abstractmethod
    async def _end(self, seconds: float) -> bool:
        """Let it end, and kill it after *seconds*; tell whether it ended by itself."""

    @abstractmethod
    async def _finish(self) -> None:
        """Wait until nothing of it is left."""

    @abstractmethod
    def _send(self, request: bytes) -> None:
        """Carry one request, its line break included, to the driver."""

    @abstractmethod
    def _cut(self) -> None:
        """End it at once; nothing that it says is heard any more."""

    def _written(self) -> str:
        """Say what came of an answer that is not whole."""
        return "nothing"

    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        read = _READERS[method.name]
        result: R = await self._exchange(method.name, render_params(params), read)
        return result

    async def _exchange(self, method: str, params: dict[str, Any], read: _Reader) -> Any:
        """Send a request; return what *read* makes of the message that answers it."""
        self._refuse_if_over()
        request = render_request(self._requests + 1, method, params)
        self._requests += 1
        self._method, self._read = method, read
        self._answer = asyncio.get_running_loop().create_future()
        self._ceiling.begin()
        self._send(request)
        try:
            answer = await self._answer
        except asyncio.CancelledError:
            # Whatever comes now answers a request that nobody waits for any more.
            self._over = self._over or "left in the middle of a request"
            self._end_at_once()
            raise
        finally:
            self._answer, self._method = None, ""
        if self._fault is not None:
            raise DriverFault(self._fault.blame)
        return answer

    def _on_message(self, message: bytes) -> None:
        self._messages += 1
        if not message.strip():
            return
        place = f"{self._unit} {self._messages} of {self._whole}"
        if self._answer is None or self._answer.done():
            nothing = f"no {self._unit}, since every request was answered"
            self._fail(Complaint(nothing, quote(message), _ONE_ANSWER), place)
            return
        self._ceiling.end()
        try:
            # Read here and now: a second one may already wait behind this one.
            self._answer.set_result(self._read(message, self._requests))
        except Complaint as complaint:
            self._fail(complaint, place)

    def _on_past_ceiling(self) -> None:
        got = f"{self._written()} until it was killed"
        self._fail(too_slow(self._ceiling.limit, got, self._when_silent), self._after())

    def _fail(self, complaint: Complaint, place: str) -> None:
        """Keep the first fault, and end who is to blame for it."""
        if self._fault is None:
            where = {"driver": self.name, "method": self._method, "place": place}
            self._fault = DriverFault(Blame.of(complaint, **where, log=self.log))
        self._end_at_once()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(DriverFault(self._fault.blame))

    def _end_at_once(self) -> None:
        self._ceiling.cancel()
        self._cut()

    def _let_go(self) -> None:
        """Nothing is waited for any more; say so to whoever waits."""
        self._ceiling.cancel()
        if self._answer is None or self._answer.done():
            return
        told = f"driver {self.name!r} was {self._over} meanwhile"
        is_killed = self._over == "killed"
        self._answer.set_exception(DriverKilled(told) if is_killed else RuntimeError(told))

    @property
    def _is_asked(self) -> bool:
        return self._answer is not None and not self._answer.done()

    def _after(self) -> str:
        if not self._messages:
            return f"before the first {self._unit} of {self._whole}"
        return f"after {self._unit} {self._messages} of {self._whole}"
