"""One page and its workers: their clock, and what they have under way."""

import asyncio
from pathlib import Path
from typing import Any

from harness.drivers.browser.devtools import BrowserGone, DevTools

_CLOCK = Path(__file__).with_name("clock.js").read_text(encoding="utf-8")
#: Nothing is under way if that was so twice, a turn of every event loop apart.
_LOOKS = 2
_NAP_SECONDS = 0.002
#: Requests that are never over.
_ENDLESS = ("EventSource", "WebSocket")


class Tab:
    """
    A page in a browser, in our time: milliseconds since the epoch.

    Attributes:
        now_ms: What its clock shows.
    """

    def __init__(self, now_ms: int) -> None:
        """A page that is not open yet; its time begins at *now_ms*."""
        self.now_ms = now_ms
        self._tools = DevTools(self._on_event)
        self._sessions: list[str] = []
        self._requests: dict[str, dict[str, str]] = {}
        self._scripts: set[str] = set()
        self._greetings: set[asyncio.Task[None]] = set()
        self.states: list[dict[str, Any]] = []

    async def open(self, browser: str, url: str) -> None:
        """
        Open *url* in the *browser* at that address.

        Raises:
            BrowserGone: It does not open it.
        """
        await self._tools.connect(browser)
        target = await self._tools.call("Target.createTarget", url="about:blank")
        attached = await self._tools.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        session = attached["sessionId"]
        await self._watch(session)
        await self._tools.call("Page.enable", session)
        source = f"({_CLOCK})({self.now_ms})"
        await self._tools.call(
            "Page.addScriptToEvaluateOnNewDocument", session, source=source
        )
        self._sessions.append(session)
        went = await self._tools.call("Page.navigate", session, url=url)
        if went.get("errorText"):
            raise BrowserGone(f"{url}: {went['errorText']}")

    async def close(self, *, whole: bool) -> None:
        """Let go of it; *whole*: ask the browser to end, as a user would."""
        if whole:
            self._tools.begin("Browser.close")
            await asyncio.sleep(0)
        else:
            await self._tools.close()

    def under_way(self) -> str:
        """Say what is."""
        urls = [url for asked in self._requests.values() for url in asked.values()]
        busy = sum(one["busy"] for one in self.states)
        return f"{len(urls)} requests ({', '.join(urls[:3])}), {busy} other operations"

    async def is_idle(self) -> bool:
        """Tell whether the page could do nothing now but wait for its time; if it lives."""
        try:
            return all(not one["busy"] for one in await self._states()) and self._is_quiet
        except BrowserGone:
            return False

    async def fire(self, to_ms: int) -> None:
        """Let time pass up to *to_ms*; what is due fires, in the page and its workers."""
        for session in tuple(self._sessions):
            await self._evaluate(session, f"__dlscheck.fire({to_ms})")
        self.now_ms = max(self.now_ms, to_ms)

    async def set(self, to_ms: int) -> None:
        """The user sets the device's clock."""
        for session in tuple(self._sessions):
            await self._evaluate(session, f"__dlscheck.set({to_ms})")
        self.now_ms = to_ms

    async def next_due(self) -> int | None:
        """
        Wait until nothing is under way, and return when the next timer is due.

        Raises:
            BrowserGone: The browser has ended meanwhile.
        """
        looks, due = 0, None
        while looks < _LOOKS:
            self.states = states = await self._states()
            is_quiet = self._is_quiet and not any(one["busy"] for one in states)
            dues = [one["due"] for one in states if one["due"] is not None]
            due = min(dues, default=None)
            is_due = due is not None and due <= self.now_ms
            looks = looks + 1 if is_quiet and not is_due else 0
            if not looks:
                await asyncio.sleep(_NAP_SECONDS)
        return due

    @property
    def _is_quiet(self) -> bool:
        """Whether no request is under way."""
        return not any(self._requests.values())

    async def _states(self) -> list[dict[str, Any]]:
        return [await self._state(session) for session in tuple(self._sessions)]

    async def _state(self, session: str) -> dict[str, Any]:
        state = await self._evaluate(session, "__dlscheck.state()")
        return state if isinstance(state, dict) else {"busy": 0, "due": None}

    async def _evaluate(self, session: str, expression: str) -> Any:
        try:
            answer = await self._tools.call(
                "Runtime.evaluate",
                session,
                expression=expression,
                awaitPromise=True,
                returnByValue=True,
            )
        except BrowserGone:
            # A worker may have ended: then it has nothing to say any more.
            if session not in self._sessions[1:]:
                raise
            return None
        return answer.get("result", {}).get("value")

    async def _watch(self, session: str) -> None:
        """See the requests of a page or worker, and the workers that it begins."""
        self._tools.begin("Network.enable", session)
        await self._tools.call(
            "Target.setAutoAttach",
            session,
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
        )

    async def _greet(self, session: str) -> None:
        """Give a new worker its clock before it begins."""
        try:
            await self._watch(session)
            await self._evaluate(session, f"({_CLOCK})({self.now_ms})")
            self._sessions.append(session)
            await self._tools.call("Runtime.runIfWaitingForDebugger", session)
        except BrowserGone:
            # Ended before it began.
            return

    def _on_event(self, session: str, name: str, params: dict[str, Any]) -> None:
        asked = self._requests.setdefault(session, {})
        match name:
            case "Network.requestWillBeSent" if params.get("type") not in _ENDLESS:
                url = params["request"]["url"]
                if url not in self._scripts:
                    asked[params["requestId"]] = url
            case "Network.loadingFinished" | "Network.loadingFailed":
                asked.pop(params["requestId"], None)
            case "Target.attachedToTarget" if session:
                self._begin_to_greet(params["sessionId"], params["targetInfo"]["url"])
            case "Target.detachedFromTarget":
                self._forget(params["sessionId"])

    def _begin_to_greet(self, session: str, script: str) -> None:
        # Nobody tells when the script of a worker has come; that it is there is enough.
        self._scripts.add(script)
        for asked in self._requests.values():
            for number in [one for one, url in asked.items() if url == script]:
                del asked[number]
        greeting = asyncio.create_task(self._greet(session))
        self._greetings.add(greeting)
        greeting.add_done_callback(self._greetings.discard)

    def _forget(self, session: str) -> None:
        self._requests.pop(session, None)
        if session in self._sessions[1:]:
            self._sessions.remove(session)
