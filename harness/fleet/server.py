"""A server as a fleet sees it: the protocol in open-json, and the admin API of a mock."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from harness.documents.bad_input import BadInput
from harness.domain.instant import render_instant
from harness.fleet.device import Device, Submission
from harness.fleet.figures import Durations

#: Names and numbers of this machine; a fleet goes nowhere else.
_LOCAL = ("localhost", "127.0.0.1", "::1")
_ADMIN = "/__dls__"
_JSON = {"Content-Type": "application/json"}
#: No sound server takes longer; what hangs is a failure.
_TIMEOUT = aiohttp.ClientTimeout(total=10)
#: A server that is started again has so long to be there.
_RETURN_SECONDS = 60.0
_AGAIN_SECONDS = 0.05


def check_loopback(url: str) -> str:
    """
    Return *url* without a slash at its end.

    Raises:
        BadInput: It is no http URL of this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadInput(f"{url}: no URL: {error}") from error
    if parts.scheme != "http" or parts.username or parts.query or parts.fragment:
        raise BadInput(f"{url}: expected a URL such as http://127.0.0.1:8480")
    if host not in _LOCAL:
        raise BadInput(
            f"{url}: expected a server on this machine ({', '.join(_LOCAL)}), got "
            f"{host!r}; a fleet is never sent anywhere else"
        )
    return url.rstrip("/")


class Server:
    """
    A server that devices talk to.

    Attributes:
        url: Where it is.
        requests: How many were sent to it, admin API not counted.
        failed: Those that were not answered as the protocol has it, by reason.
        durations: How long those took that were.
    """

    def __init__(
        self,
        url: str,
        connections: int,
        admin_url: str | None = None,
        on_answered: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        """
        Talk to *url* over so many *connections* at a time.

        *admin_url*: another address of the same mock, for its admin API. *on_answered* is
        told the body of each request whose answer came, whatever that says.
        """
        self.url = url
        self._admin_url = admin_url or url
        self._on_answered = on_answered
        self.requests = 0
        self.failed: Counter[str] = Counter()
        self.durations = Durations()
        self._connections = connections
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Begin."""
        connector = aiohttp.TCPConnector(limit=self._connections)
        self._session = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        await self._session.close()

    async def authorize(self, device: Device) -> bool:
        """Ask for authorisation; tell whether it was granted."""
        asked = {"clientUuid": device.uuid, "handshakeCode": device.code}
        return await self._post("/dls/authorization", asked, "authorized")

    async def submit(self, device: Device, submission: Submission) -> bool:
        """Send *submission*; tell whether the server says that it has stored it."""
        reports = [
            {
                "timeLabel": render_instant(usage.slot),
                "handshakeCode": device.code,
                "clientUuid": device.uuid,
                "usage": [
                    {"type": kind, "count": units} for kind, units in usage.units.items()
                ],
            }
            for usage in submission
        ]
        return await self._post("/dls/usage", {"reports": reports}, "accepted")

    async def _post(self, path: str, said: Mapping[str, Any], word: str) -> bool:
        self.requests += 1
        began = time.perf_counter()
        body = json.dumps(said).encode()
        try:
            async with self._session.post(
                self.url + path, data=body, headers=_JSON, allow_redirects=False
            ) as answer:
                text = await answer.read()
                self._on_answered(body)
                told, status = json.loads(text), answer.status
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError) as error:
            self.failed[type(error).__name__] += 1
            return False
        if status != 200 or not isinstance(told, dict) or told.get(word) is not True:
            self.failed[f"status {status}"] += 1
            return False
        self.durations.add((time.perf_counter() - began) * 1000)
        return True

    async def has_admin(self) -> bool:
        """Tell whether it is a mock of ours, with an admin API that answers."""
        try:
            return "entries" in await self._admin("GET", "/overview")
        except BadInput:
            return False

    async def freeze(self, at: datetime) -> None:
        """Let the mock's clock stand at *at*."""
        await self._until_there("POST", "/clock/freeze", {"at": render_instant(at)})

    async def arm(self, fault: str) -> None:
        """
        Arm a fault.

        Raises:
            BadInput: It says none.
        """
        await self._until_there("POST", "/faults", {"text": fault})

    async def fault_free(self) -> None:
        """Disarm all faults."""
        await self._until_there("DELETE", "/faults")

    async def fired(self) -> int:
        """Return how many requests the faults that are armed have struck."""
        return sum(one["fired"] for one in await self._until_there("GET", "/faults"))

    async def stored(self) -> dict[str, int]:
        """Return the units that it has stored, by client UUID."""
        told = await self._until_there("GET", "/statistics")
        return {row["clientUuid"]: row["units"] for row in told["devices"]}

    async def _until_there(self, method: str, path: str, said: Any = None) -> Any:
        """Ask the admin API; a mock that is being started again is waited for."""
        return await _again(lambda: self._admin(method, path, said))

    async def _admin(self, method: str, path: str, said: Any = None) -> Any:
        parts = urlsplit(self._admin_url)
        url = f"{parts.scheme}://{parts.netloc}{_ADMIN}{path}"
        async with self._session.request(method, url, json=said, headers=_JSON) as answer:
            text = await answer.text()
            if answer.status >= 300:
                raise BadInput(f"{method} {url}: expected to be served, got {text[:300]}")
            try:
                return await answer.json(content_type=None)
            except ValueError as error:
                raise BadInput(
                    f"{method} {url}: expected JSON, got {text[:99]!r}"
                ) from error


async def _again[T](ask: Callable[[], Awaitable[T]]) -> T:
    deadline = time.monotonic() + _RETURN_SECONDS
    while True:
        try:
            return await ask()
        except (aiohttp.ClientConnectionError, ConnectionError, TimeoutError) as error:
            if time.monotonic() > deadline:
                raise BadInput(f"the server is gone: {error}") from error
        await asyncio.sleep(_AGAIN_SECONDS)
