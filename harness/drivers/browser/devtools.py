"""The browser's own protocol for tools: commands and events by one websocket."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp

#: Told of an event: the session it is of, its name, its parameters.
type OnEvent = Callable[[str, str, dict[str, Any]], None]


class BrowserGone(Exception):
    """The browser ended, or refused a command; the text says which."""


class DevTools:
    """One connection to a browser."""

    def __init__(self, on_event: OnEvent) -> None:
        """Tell *on_event* whatever happens."""
        self._on_event = on_event
        self._client: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._number = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def connect(self, url: str) -> None:
        """
        Connect to the browser at *url*.

        Raises:
            aiohttp.ClientError: It is not there.
        """
        self._client = aiohttp.ClientSession()
        self._socket = await self._client.ws_connect(url, max_msg_size=0)
        self._reading = asyncio.create_task(self._read(self._socket))

    async def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """
        Carry out *method*, and return what it comes to.

        Raises:
            BrowserGone: It cannot be carried out.
        """
        future = self.begin(method, session, **params)
        answer = await future
        if "error" in answer:
            raise BrowserGone(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def begin(
        self, method: str, session: str = "", **params: Any
    ) -> asyncio.Future[dict[str, Any]]:
        """Send a command, after those before it; the future is its plain answer."""
        self._number += 1
        future = asyncio.get_running_loop().create_future()
        self._waiting[self._number] = future
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        sending = asyncio.ensure_future(self._send(json.dumps(message)))
        sending.add_done_callback(lambda sent: self._on_sent(sent, future))
        return future

    async def close(self) -> None:
        """Let go of the browser."""
        if self._reading is not None:
            self._reading.cancel()
        if self._client is not None:
            await self._client.close()
        self._lose_all()

    async def _send(self, text: str) -> None:
        if self._socket is None:
            raise BrowserGone("there is no browser")
        await self._socket.send_str(text)

    @staticmethod
    def _on_sent(sent: asyncio.Future[None], future: asyncio.Future[Any]) -> None:
        if not sent.cancelled() and sent.exception() and not future.done():
            future.set_result(_GONE)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for raw in socket:
            message = json.loads(raw.data)
            future = self._waiting.pop(message.get("id", 0), None)
            if future is None:
                name = message.get("method", "")
                self._on_event(
                    message.get("sessionId", ""), name, message.get("params", {})
                )
            elif not future.done():
                future.set_result(message)
        self._lose_all()

    def _lose_all(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_result(_GONE)
        self._waiting.clear()


_GONE = {"error": {"message": "the browser has ended"}}
