"""
A driver that is a page in Chromium: the browser's profile is the device.

The page dials in and does what it is asked; the clock is moved around it, in the page and
in its workers, and it is we who tell when its next timer is due.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from harness.documents.bad_input import BadInput
from harness.domain.instant import EPOCH
from harness.drivers import contract
from harness.drivers.browser.chromium import Chromium
from harness.drivers.browser.devtools import BrowserGone
from harness.drivers.browser.tab import Tab
from harness.drivers.browser.trust import trusted_keys
from harness.drivers.complaint import Complaint
from harness.drivers.contract import Message, Method, Ticked
from harness.drivers.driver import DriverFault, DriverKilled
from harness.drivers.websocket import Websocket, WebsocketDriver

_MILLISECOND = timedelta(milliseconds=1)
#: While an answer is waited for and nothing is under way, time goes on as it does outside.
_FLOW = timedelta(milliseconds=20)
_PAGE_PATH = "/page"


class PageDriver(WebsocketDriver):
    """A page, opened anew on the profile of each device that it starts on."""

    #: Where the page is found, but for the address at which it dials in.
    _address: str
    _env: Mapping[str, str]

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._chromium: Chromium | None = None
        self._tab: Tab | None = None
        self._stage: tuple[str, ...] = ()
        self._scratch: Path | None = None
        #: How far its clock is ahead of ours, in milliseconds: what its waits have taken.
        self._ahead_ms = 0

    @classmethod
    async def open(
        cls, how: Websocket, env: Mapping[str, str], **settings: Any
    ) -> "PageDriver":
        """
        Serve the page, with what lies beside it; a browser comes when it is needed.

        Raises:
            BadInput: There is no such page.
        """
        page = how.page
        assert page is not None
        for path in (page, *how.files.values()):
            if not path.exists():
                raise BadInput(
                    f"driver {settings['name']!r}: {path}: no such file or folder"
                )
        driver = cls(**settings, files={**how.files, _PAGE_PATH: page.parent})
        driver._address = f"{_PAGE_PATH}/{page.name}?{how.query}&driver="
        driver._env = env
        await driver._dial_in.open(0)
        return driver

    @property
    def log(self) -> str:
        """What the browser wrote to its standard error."""
        return self._chromium.log if self._chromium else ""

    async def describe(self) -> contract.Description:
        """Ask which SDK it is; clock and timers are ours, whatever the page says."""
        described = await super().describe()
        claimed = {*described.capabilities, "next-timer"}
        return msgspec.structs.replace(
            described, clock="browser", capabilities=tuple(sorted(claimed))
        )

    async def start(self, params: contract.Start) -> contract.Started:
        """Start a session, on the profile of its device."""
        self._refuse_if_over()
        keys = await trusted_keys(params.servers, params.ca_file, self._env)
        await self._appear(Path(params.cache_dir), _ms(params.now), keys)
        return await super().start(params)

    async def advance(self, to: datetime) -> contract.Ticked:
        """Move its clock forward to *to*, from timer to timer."""
        self._refuse_if_over()
        await self._pass_until(_ms(to))
        return await super().advance(to)

    async def set_clock(self, to: datetime) -> contract.Ticked:
        """Set the device's clock to *to*."""
        self._refuse_if_over()
        if self._tab is not None:
            await self._while_it_lives(self._tab.set(_ms(to) + self._ahead_ms))
        return await super().set_clock(to)

    async def _call[R: Message](self, method: Method[Any, R], params: Message) -> R:
        self._refuse_if_over()
        if self._tab is None:
            await self._appear(None, 0, [])
        if isinstance(params, contract.Operate):
            await self._pass_until(_ms(params.now))
        result = await self._flowing(super()._call(method, params))
        if not isinstance(result, Ticked):
            return result
        assert self._tab is not None
        due = await self._while_it_lives(self._tab.next_due())
        told = None if due is None else EPOCH + (due - self._ahead_ms) * _MILLISECOND
        return msgspec.structs.replace(result, next_timer=told)

    async def ask_unknown(self) -> bool:
        """Ask for a made-up method; tell whether the page says that it has none."""
        if self._tab is None:
            await self._appear(None, 0, [])
        return await super().ask_unknown()

    async def _flowing[R](self, asked: Coroutine[Any, Any, R]) -> R:
        """Return what *asked* comes to; time goes on while nothing else can help it."""
        answer = asyncio.ensure_future(asked)
        step = _FLOW // _MILLISECOND
        try:
            while not answer.done():
                await asyncio.wait((answer,), timeout=_FLOW.total_seconds())
                tab = self._tab
                if answer.done() or tab is None or not await tab.is_idle():
                    continue
                if self._dial_in.connected.is_set() and not answer.done():
                    self._ahead_ms += step
                    await self._while_it_lives(tab.fire(tab.now_ms + step))
            return answer.result()
        finally:
            answer.cancel()

    async def _pass_until(self, to_ms: int) -> None:
        """Let time pass up to *to_ms*, timers firing at their own times."""
        tab = self._tab
        if tab is None:
            return
        end = to_ms + self._ahead_ms
        while (
            due := await self._while_it_lives(tab.next_due())
        ) is not None and due <= end:
            await self._while_it_lives(tab.fire(max(due, tab.now_ms)))
        if end > tab.now_ms:
            await self._while_it_lives(tab.fire(end))

    async def _while_it_lives[R](self, asked: Coroutine[Any, Any, R]) -> R:
        """Return what *asked* of the browser comes to, within the ceiling."""
        try:
            async with asyncio.timeout(self._ceiling.limit.total_seconds()):
                return await asked
        except (BrowserGone, TimeoutError) as error:
            if self._over:
                told = f"driver {self.name!r} was {self._over} meanwhile"
                is_killed = self._over == "killed"
                raise (DriverKilled if is_killed else RuntimeError)(told) from error
            expected = "a page that comes to rest"
            under_way = self._tab.under_way() if self._tab else "something"
            got = str(error) or f"one that has without end: {under_way}"
            self._fail(Complaint(expected, got), self._after())
            assert self._fault is not None
            raise DriverFault(self._fault.blame) from error

    async def _appear(self, cache: Path | None, now_ms: int, keys: list[str]) -> None:
        """Show the page on the profile *cache*, or on one that is thrown away."""
        stage = (str(cache), *keys)
        if stage == self._stage:
            await self._pass_until(now_ms)
            return
        self._dial_in.expect_another()
        await self._leave(self._grace.total_seconds())
        if cache is None:
            cache = self._scratch = Path(tempfile.mkdtemp(prefix="dlscheck-page-"))
        self._chromium = Chromium(cache, self._on_browser_end)
        try:
            address = await self._chromium.launch(self._dial_in.port, keys, self._env)
            tab = Tab(now_ms)
            url = f"http://localhost{self._address}{self.url}"
            await self._while_it_lives(tab.open(address, url))
        except BadInput as error:
            self._chromium = None
            raise BadInput(f"driver {self.name!r}: {error}") from error
        self._tab, self._stage, self._ahead_ms = tab, stage, 0

    async def _leave(self, seconds: float) -> bool:
        """End the browser, and tell whether it ended by itself."""
        chromium, tab = self._chromium, self._tab
        self._chromium, self._tab, self._stage = None, None, ()
        by_itself = True
        if chromium is not None:
            chromium.ignore()
            if tab is not None and seconds:
                await tab.close(whole=True)
            by_itself = await chromium.close(seconds)
        if tab is not None:
            await tab.close(whole=False)
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None
        return by_itself

    async def _end(self, seconds: float) -> bool:
        return await self._leave(seconds)

    def _cut(self) -> None:
        if self._chromium is not None:
            self._chromium.kill()
        super()._cut()

    async def _finish(self) -> None:
        await self._leave(0.0)
        await super()._finish()

    def _on_browser_end(self) -> None:
        assert self._chromium is not None
        self._fail(Complaint("the browser to go on", self._chromium.fate()), self._after())
        self._dial_in.connected.set()


def _ms(instant: datetime) -> int:
    return (instant - EPOCH) // _MILLISECOND
