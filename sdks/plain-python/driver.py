"""
The driver of the plain SDK: it calls the SDK's public functions, and has no clock.

Time passes around it, so `advance` and `set_clock` have nothing to do.
"""

import json
import os
import sys
from typing import Any

from licence import Client, LicenceError, bug_of_environment

Message = dict[str, Any]
GENERATION = os.environ.get("DLS_GENERATION") or "dls"
PRODUCT = os.environ.get("DLS_PRODUCT") or "dbr"
CAPABILITIES = [
    "session-password",
    "standby-server",
    "product-keys",
    "restart-in-process",
]


class Driver:
    """Carries requests out on one client."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self.methods = {
            "describe": self.describe,
            "start": self.start,
            "operate": self.operate,
            "advance": lambda _: {"nextTimer": None},
            "set_clock": lambda _: {"nextTimer": None},
            "stop": self.stop,
        }

    def describe(self, _params: Message) -> Message:
        """Who is driven."""
        only_dls = ["organization-id"] if GENERATION == "dls" else []
        return {
            "contract": 1,
            "sdk": {"name": "plain-python", "version": "1.0.0", "language": "python"},
            "product": PRODUCT,
            "generation": GENERATION,
            "clock": "preload",
            "capabilities": only_dls + CAPABILITIES,
        }

    def start(self, params: Message) -> Message:
        """Start as an application would."""
        self.stop({})
        self._client = Client(params, GENERATION, PRODUCT, bug_of_environment())
        error = _error_of(self._client.start)
        if error:
            self._client = None
        return {"authorized": error is None, "error": error, "nextTimer": None}

    def operate(self, params: Message) -> Message:
        """Do one tracked action."""
        client = self._client or Client({}, GENERATION, PRODUCT, "")
        error = _error_of(
            lambda: client.record(params["type"], params["count"], params["success"])
        )
        return {"performed": error is None, "error": error, "nextTimer": None}

    def stop(self, _params: Message) -> Message:
        """End the session, if there is one."""
        if self._client is not None:
            self._client.stop()
            self._client = None
        return {}


def _error_of(call: Any) -> Message | None:
    try:
        call()
    except LicenceError as error:
        return {"code": error.code, "message": error.message}
    return None


def main() -> None:
    """Answer requests until the input ends."""
    driver = Driver()
    for line in sys.stdin:
        request = json.loads(line)
        answer: Message = {"jsonrpc": "2.0", "id": request["id"]}
        method = driver.methods.get(request["method"])
        if method is None:
            answer["error"] = {"code": -32601, "message": "method not found"}
        else:
            answer["result"] = method(request.get("params") or {})
        print(json.dumps(answer), flush=True)
    driver.stop({})


if __name__ == "__main__":
    main()
