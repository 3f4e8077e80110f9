"""
A driver that is a Python class in this process: for Python SDKs, and for speed.

The class has the contract's methods. Each takes the params of its JSON-RPC request as
a plain dict, times as strings, and returns the result as one. They are called in one
thread of their own, so that an SDK that blocks does not block the mock.

A crash is only played here: the object is dropped and another is made for the next
start. Whatever the dropped one still does, in a destructor or a thread of its own, it
does. For a real SIGKILL the driver must be a process of its own.
"""

import asyncio
import os
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness.drivers.ceiling import Ceiling, too_slow
from harness.drivers.complaint import Complaint
from harness.drivers.contract import (
    STOP,
    Message,
    Method,
    read_result,
    render_params,
)
from harness.drivers.driver import (
    GRACE,
    MADE_UP_METHOD,
    Blame,
    Driver,
    DriverFault,
    DriverKilled,
)
from harness.drivers.python_class import load_class
from harness.drivers.worker import Worker


@dataclass(frozen=True)
class _Outcome:
    """What a call came to: a value, or a complaint with the traceback."""

    value: object = None
    complaint: Complaint | None = None
    traceback: str = ""


class InProcessDriver(Driver):
    """A Python object as a driver."""

    def __init__(
        self,
        make: Callable[[], object],
        *,
        env: Mapping[str, str],
        name: str,
        ceiling: timedelta,
        last_seen: Callable[[], float],
        grace: timedelta = GRACE,
    ) -> None:
        """
        Drive what *make* makes; it is called in the thread, before the first request.

        Args:
            make: Makes the object; called again after a crash.
            env: Set in this process's environment before each call of *make*.
            name: What blames call the driver.
            ceiling: How long a request may take in real time.
            last_seen: Tells when the mock last saw a request, by `time.monotonic`.
            grace: How long the SDK may take to stop when the driver is closed.
        """
        super().__init__(name)
        self._make = make
        self._grace = grace
        self._env = dict(env)
        self._ceiling = Ceiling(ceiling, last_seen, self._on_past_ceiling)
        self._worker = Worker(f"driver {name}")
        self._object: object | None = None
        self._is_killed = False
        self._answer: asyncio.Future[_Outcome] | None = None

    @classmethod
    def load(cls, python: str, folder: Path, **settings: Any) -> "InProcessDriver":
        """
        Drive the class *python*, written ``package.module:Class``, found in *folder*.

        Raises:
            BadInput: There is no such class.
        """
        return cls(load_class(python, folder), **settings)

    @property
    def log(self) -> str:
        """Nothing: its standard error is ours."""
        return ""

    async def ask_unknown(self) -> bool:
        """Tell whether a made-up method is really not there."""
        outcome = await self._run(
            MADE_UP_METHOD, lambda: hasattr(self._made(), MADE_UP_METHOD)
        )
        return not outcome.value

    async def kill(self) -> None:
        """
        Drop the object; another is made for the next start.

        A thread cannot die: what it is doing it does to the end, unheard.
        """
        self._is_killed = bool(self._method)
        self._object = None

    async def close(self) -> None:
        """Stop the SDK, and end the thread unless it hangs."""
        if not self._over:
            self._over = "closed"
            self.ended_by_itself = self._fault is None and await self._stops_in_time()
        self._ceiling.cancel()
        self._worker.end()

    async def _stops_in_time(self) -> bool:
        """End of input means for a process: stop and exit. So stop here, too."""
        if self._object is None:
            return True
        stopped = self._worker.submit(
            lambda: self._outcome(lambda: self._called(STOP.name, {}))
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(self._grace.total_seconds()):
                await stopped
                return True
        return False

    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        plain = render_params(params)
        outcome = await self._run(method.name, lambda: self._called(method.name, plain))
        try:
            return read_result(outcome.value, method)
        except Complaint as complaint:
            raise self._blamed(complaint, method.name) from complaint

    async def _run(self, method: str, call: Callable[[], object]) -> _Outcome:
        self._refuse_if_over()
        self._method = method
        self._answer = self._worker.submit(lambda: self._outcome(call))
        self._ceiling.begin()
        try:
            outcome = await self._answer
        except asyncio.CancelledError:
            self._over = self._over or "left in the middle of a request"
            raise
        finally:
            self._ceiling.end()
            self._answer, self._method = None, ""
        if self._is_killed:
            self._is_killed = False
            raise DriverKilled(f"driver {self.name!r} was killed meanwhile")
        if outcome.complaint is not None:
            raise self._blamed(outcome.complaint, method, outcome.traceback)
        return outcome

    def _outcome(self, call: Callable[[], object]) -> _Outcome:
        """Carry out *call* in the thread, and let nothing escape from there."""
        try:
            return _Outcome(value=call())
        except Complaint as complaint:
            return _Outcome(complaint=complaint)
        except BaseException as error:
            raised = traceback.format_exception_only(error)[-1].strip()
            way_out = "what the SDK refuses is a result with `error`, not an exception"
            fault = Complaint("a result, a dict", raised, way_out)
            return _Outcome(complaint=fault, traceback=traceback.format_exc())

    def _called(self, method: str, params: dict[str, Any]) -> object:
        made = self._made()
        call = getattr(made, method, None)
        if not callable(call):
            kind = type(made).__qualname__
            raise Complaint(f"a method {method}(params)", f"none in the class {kind}")
        return call(params)

    def _made(self) -> object:
        if self._object is None:
            os.environ.update(self._env)
            self._object = self._make()
        return self._object

    def _on_past_ceiling(self) -> None:
        complaint = too_slow(self._ceiling.limit, "nothing; its thread is left behind")
        fault = self._blamed(complaint, self._method)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(fault)

    def _blamed(self, complaint: Complaint, method: str, log: str = "") -> DriverFault:
        kind = getattr(self._make, "__qualname__", "its class")
        where = {"driver": self.name, "method": method, "place": f"class {kind}"}
        self._fault = DriverFault(Blame.of(complaint, **where, log=log))
        return self._fault
