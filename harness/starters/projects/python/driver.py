"""
The driver: it calls the SDK when dlscheck asks, and tells what the SDK answered.

Requests come on standard input, one JSON message a line; answers go to standard output.
What is to be replaced by calls of your own SDK is marked with "your SDK".
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from clock import Clock, parse_time, render_time
from sdk_stub import LicenceClient, LicenceError  # your SDK

Message = dict[str, Any]

#: The generation that was asked for; an SDK that speaks only one need not look here.
GENERATION = os.environ.get("DLS_GENERATION") or "dls"
PRODUCT = "dbr"
_METHOD_NOT_FOUND = -32601


class Driver:
    """One method for each of the contract's."""

    def __init__(self) -> None:
        self._clock = Clock()
        self._client: LicenceClient | None = None

    def describe(self, _params: Message) -> Message:
        """Which SDK it is, and what it can do: claim what is there and nothing else."""
        only_dls = ["organization-id"] if GENERATION == "dls" else []
        return {
            "contract": 1,
            "sdk": {"name": "stub", "version": "1.0.0", "language": "python"},  # your SDK
            "product": PRODUCT,
            "generation": GENERATION,
            "clock": "injected",
            "capabilities": [
                *only_dls,
                "session-password",
                "standby-server",
                "restart-in-process",
                "next-timer",
            ],
        }

    def start(self, params: Message) -> Message:
        """Initialise the SDK as an application would."""
        self._clock.advance(parse_time(params["now"]))
        self.stop({})
        client = LicenceClient(params, GENERATION, PRODUCT, self._clock)  # your SDK
        error = _error_of(client.start)
        if error is None:
            self._client = client
        return {"authorized": error is None, "error": error, **self._next_timer()}

    def operate(self, params: Message) -> Message:
        """Do one tracked action."""
        self._clock.advance(parse_time(params["now"]))
        client = self._client
        if client is None:
            return {"performed": False, "error": None, **self._next_timer()}
        error = _error_of(
            # your SDK
            lambda: client.record(params["type"], params["count"], params["success"])
        )
        return {"performed": error is None, "error": error, **self._next_timer()}

    def advance(self, params: Message) -> Message:
        """Let time pass."""
        self._clock.advance(parse_time(params["to"]))
        return self._next_timer()

    def set_clock(self, params: Message) -> Message:
        """Set the device's clock, as its user may."""
        self._clock.set(parse_time(params["to"]))
        return self._next_timer()

    def stop(self, _params: Message) -> Message:
        """End the session, if there is one."""
        if self._client is not None:
            self._client.stop()
            self._client = None
        return {}

    def _next_timer(self) -> Message:
        due = self._clock.next_timer_ms()
        return {"nextTimer": None if due is None else render_time(due)}


def _error_of(call: Callable[[], None]) -> Message | None:
    try:
        call()
    except LicenceError as error:  # your SDK
        return {"code": error.code, "message": str(error)}
    return None


def main() -> None:
    """Answer requests until the input ends."""
    driver = Driver()
    methods: dict[str, Callable[[Message], Message]] = {
        "describe": driver.describe,
        "start": driver.start,
        "operate": driver.operate,
        "advance": driver.advance,
        "set_clock": driver.set_clock,
        "stop": driver.stop,
    }
    for line in sys.stdin:
        request = json.loads(line)
        answer: Message = {"jsonrpc": "2.0", "id": request["id"]}
        method = methods.get(request["method"])
        if method is None:
            answer["error"] = {"code": _METHOD_NOT_FOUND, "message": "no such method"}
        else:
            answer["result"] = method(request["params"])
        print(json.dumps(answer), flush=True)
    driver.stop({})


if __name__ == "__main__":
    main()
