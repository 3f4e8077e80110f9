"""
The driver of the reference SDK: JSON-RPC 2.0 on stdin and stdout, one message a line, one
request at a time.

Environment: `DLS_GENERATION` (lts, dls), `DLS_PRODUCT` (dbr, dlr, dce, dwt), `DLS_VARIANT`
(a name from `faulty` or `conforming`), `DLS_REQUEST_TIMEOUT` (seconds of real time).
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from licence_client import GENERATIONS, LicenceClient, LicenceError, Operation, Settings
from time_zone import TimeZone
from virtual_clock import VirtualClock

Message = dict[str, Any]

_SHARED_CAPABILITIES = [
    "session-password",
    "standby-server",
    "product-keys",
    "restart-in-process",
    "next-timer",
    "shared-cache",
    "time-zone",
]
_METHOD_NOT_FOUND = -32601


class Driver:
    """Carries the harness's requests out on the SDK's public API."""

    def __init__(self, client_type: type[LicenceClient], clock: VirtualClock) -> None:
        self._client_type = client_type
        self._client: LicenceClient | None = None
        self._clock = clock
        self._zone = TimeZone()
        self._generation = GENERATIONS[os.environ.get("DLS_GENERATION") or "dls"]
        self._product = os.environ.get("DLS_PRODUCT") or "dbr"
        self.methods: dict[str, Callable[[Message], Message]] = {
            "describe": self.describe,
            "start": self.start,
            "operate": self.operate,
            "advance": self.advance,
            "set_clock": self.set_clock,
            "stop": self.stop,
        }

    def describe(self, _params: Message) -> Message:
        """Who is driven, and what it can do."""
        only_dls = ["organization-id"] if self._generation.name == "dls" else []
        only_scanners = ["video-deduplication"] if self._product != "dwt" else []
        return {
            "contract": 1,
            "sdk": {"name": "dlscheck-reference", "version": "1.0.0", "language": "python"},
            "product": self._product,
            "generation": self._generation.name,
            "clock": "injected",
            "capabilities": only_dls + only_scanners + _SHARED_CAPABILITIES,
        }

    def start(self, params: Message) -> Message:
        """Start the SDK as an application would; a session that is still running ends."""
        self._advance(_parse_time(params["now"]))
        self.stop({})
        self._zone.set(params.get("timeZone"))
        self._client = self._client_type(self._settings(params))
        try:
            self._client.start()
        except LicenceError as error:
            return {"authorized": False, "error": _render_error(error), "nextTimer": None}
        return {"authorized": True, "error": None, **self._next_timer()}

    def operate(self, params: Message) -> Message:
        """Do one tracked action."""
        self._advance(_parse_time(params["now"]))
        operation = Operation(
            params["type"], params["count"], params["success"], params.get("content")
        )
        if self._client is None:
            return {
                "performed": False,
                "error": {"code": -20000, "message": "No session."},
                "nextTimer": None,
            }
        try:
            self._client.record(operation)
        except LicenceError as error:
            return {"performed": False, "error": _render_error(error), **self._next_timer()}
        return {"performed": True, "error": None, **self._next_timer()}

    def advance(self, params: Message) -> Message:
        """Let time pass."""
        self._advance(_parse_time(params["to"]))
        return self._next_timer()

    def set_clock(self, params: Message) -> Message:
        """Set the device's clock; running timers keep the time that remains to them."""
        self._clock.set(_parse_time(params["to"]))
        return self._next_timer()

    def stop(self, _params: Message) -> Message:
        """End the session, if there is one."""
        if self._client is not None:
            self._client.stop()
            self._client = None
        return {}

    def _advance(self, to: datetime) -> None:
        while (
            self._client is not None
            and (due := self._client.next_due) is not None
            and due <= to
        ):
            self._clock.advance(due)
            self._client.poll()
        self._clock.advance(to)

    def _next_timer(self) -> Message:
        due = self._client.next_due if self._client else None
        return {
            "nextTimer": due
            and due.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        }

    def _settings(self, params: Message) -> Settings:
        return Settings(
            cache_dir=Path(params["cacheDir"]),
            servers=tuple(params["servers"]),
            handshake_code=params.get("handshakeCode"),
            organization_id=params.get("organizationId"),
            session_password=params.get("sessionPassword"),
            product_keys=params.get("productKeys"),
            generation=self._generation,
            product=self._product,
            ca_file=params.get("caFile"),
            request_timeout_s=float(os.environ.get("DLS_REQUEST_TIMEOUT") or 10),
        )


def main() -> None:
    """Answer requests until stdin ends."""
    # First the clock: a variant is imported after the freezing and sees the same time.
    clock = VirtualClock()
    driver = Driver(_client_type(os.environ.get("DLS_VARIANT")), clock)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        sys.stdout.write(json.dumps(_answer(driver, request)) + "\n")
        sys.stdout.flush()
    driver.stop({})


def _answer(driver: Driver, request: Message) -> Message:
    answer = {"jsonrpc": "2.0", "id": request["id"]}
    method = driver.methods.get(request["method"])
    if method is None:
        message = (
            f"unknown method {request['method']!r}; known: {', '.join(driver.methods)}"
        )
        return {**answer, "error": {"code": _METHOD_NOT_FOUND, "message": message}}
    return {**answer, "result": method(request.get("params") or {})}


def _client_type(variant: str | None) -> type[LicenceClient]:
    if not variant:
        return LicenceClient
    # Imported only when asked for: a harness starts this program hundreds of times.
    import conforming
    import faulty

    variants = {**faulty.VARIANTS, **conforming.VARIANTS}
    if variant not in variants:
        known = ", ".join(sorted(variants))
        sys.exit(f"DLS_VARIANT={variant!r}: no such variant; known: {known}")
    return variants[variant].client_type


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _render_error(error: LicenceError) -> Message:
    return {"code": error.code, "message": error.message}


if __name__ == "__main__":
    main()
