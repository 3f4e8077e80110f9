"""One device on the stage: its cache, its driver, what its clock shows."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from harness.domain.recording import Configuration
from harness.drivers import contract
from harness.drivers.driver import Blame, Driver, DriverFault, DriverKilled
from harness.scenario.addresses import Addresses
from harness.scenario.scenario import Setting

OpenDriver = Callable[[], Awaitable[Driver]]

#: How far an SDK is moved at a time that does not tell when its next timer is due.
_STEP = timedelta(seconds=1)


@dataclass(frozen=True)
class Abilities:
    """
    What the player has to know of a driver.

    Attributes:
        tells_timers: It tells when the SDK's next timer is due.
        restarts_in_process: One process may have several sessions.
        acts_only_when_asked: Its SDK's time passes in its methods alone.
    """

    tells_timers: bool
    restarts_in_process: bool
    acts_only_when_asked: bool


class Actor:
    """
    Drives one device; all times that it takes and gives are the harness's.

    What is asked of it comes to ``None`` if its process was killed meanwhile.

    Attributes:
        is_live: A session is under way.
        setting, addresses: What the application tells the SDK.
        has_acted: The device was started at least once.
        cache_of: The device whose cache it shares with another process, if it does.
        is_to_blame: Its driver broke the contract.
        log: What its drivers wrote to their standard error, as far as they have ended.
    """

    def __init__(
        self,
        name: str,
        cache: Path,
        addresses: Addresses,
        setting: Setting,
        abilities: Abilities,
        open_driver: OpenDriver,
        requests: Callable[[], int],
    ) -> None:
        """A device that has never been used; *requests*: how many came from it so far."""
        self.name = name
        self.setting = setting
        self.addresses = addresses
        self.is_live = False
        self.has_acted = False
        self.cache_of: str | None = None
        self.is_to_blame = False
        self._cache = cache
        self._abilities = abilities
        self._open_driver = open_driver
        self._requests = requests
        self._requests_known: int | None = None
        self._driver: Driver | None = None
        self._offset = timedelta()
        self._seen: datetime | None = None
        self._next_timer: datetime | None = None
        self.log = ""

    def join(self, host: "Actor") -> None:
        """Use the cache of *host* from now on, both as processes of one device."""
        self._cache = host._cache
        self.cache_of = host.cache_of = host.name

    def device_time(self, at: datetime) -> datetime:
        """Return what the device's clock shows at *at*."""
        return at + self._offset

    def next_due(self) -> datetime | None:
        """Return when the live session has to be moved on next; ``None``: never."""
        if not self.is_live or self._seen is None:
            return None
        if not self._abilities.tells_timers:
            return self._seen + _STEP
        if self._next_timer is None:
            return None
        # A timer that is said to be due already would never let time pass.
        return self._next_timer if self._next_timer > self._seen else self._seen + _STEP

    @property
    def told(self) -> Configuration:
        """What the application tells the SDK at a start."""
        setting = self.setting
        return Configuration(
            servers=self.addresses.urls,
            handshake_code=setting.handshake_code,
            organization_id=setting.organization_id,
            session_password=setting.session_password,
            product_keys=setting.product_keys,
            time_zone=setting.time_zone,
            cache=self.cache_of,
        )

    @property
    def must_stop_first(self) -> bool:
        """Whether a session is under way that another start does not end."""
        return self.is_live and not self._abilities.restarts_in_process

    async def start(self, now: datetime) -> contract.Started | None:
        """Call start with the present setting."""
        if self._driver is None:
            self._driver = await self._open_driver()
        self._cache.mkdir(parents=True, exist_ok=True)
        self.has_acted = self.is_live = True
        ca_file = self.addresses.ca_file
        params = contract.Start(
            now=self.device_time(now),
            cache_dir=str(self._cache),
            servers=self.addresses.urls,
            handshake_code=self.setting.handshake_code,
            organization_id=self.setting.organization_id,
            session_password=self.setting.session_password,
            product_keys=self.setting.product_keys,
            time_zone=self.setting.time_zone,
            ca_file=str(ca_file) if ca_file else None,
        )
        answer = await self._answered(partial(self._driver.start, params))
        self._note(now, answer)
        return answer

    async def operate(
        self, now: datetime, action: contract.Operate
    ) -> contract.Operated | None:
        """Ask for one tracked action; without a session there is nobody to ask."""
        if self._driver is None:
            self._driver = await self._open_driver()
        answer = await self._answered(partial(self._driver.operate, action))
        if self.is_live:
            self._note(now, answer)
        return answer

    async def advance(self, to: datetime) -> None:
        """Move the live session's clock to *to*."""
        if self._driver and self.is_live and self._seen != to:
            tick = partial(self._driver.advance, self.device_time(to))
            self._note(to, await self._answered(tick))

    async def set_clock(self, now: datetime, by: timedelta) -> datetime:
        """Set the device's clock *by* so much; return what it shows then."""
        self._offset += by
        if self._driver:
            # Between two sessions too: no start may come before what its clock shows.
            change = partial(self._driver.set_clock, self.device_time(now))
            self._note(now, await self._answered(change))
        return self.device_time(now)

    async def stop(self) -> None:
        """End the session; the process lives on only if it can begin another one."""
        if self._driver:
            await self._answered(self._driver.stop)
        self.is_live = False
        if not self._abilities.restarts_in_process:
            await self.close()

    async def kill(self) -> None:
        """Kill the process."""
        self.is_live = False
        # What it had sent may still be on its way.
        self._requests_known = None
        driver, self._driver = self._driver, None
        if driver:
            await driver.kill()
            self.log += driver.log

    async def wipe(self) -> None:
        """Remove the cache, as uninstalling would: no process outlives that."""
        await self.close()
        shutil.rmtree(self._cache, ignore_errors=True)

    async def close(self) -> None:
        """End the process, if there is one."""
        self.is_live = False
        driver, self._driver = self._driver, None
        if driver:
            await driver.close()
            self.log += driver.log

    async def _answered[R](self, ask: Callable[[], Awaitable[R]]) -> R | None:
        """Ask, and wait for the answer; whose driver broke its contract is kept."""
        try:
            self._check_silence()
            answer = await ask()
        except DriverKilled:
            return None
        except DriverFault:
            self.is_to_blame = True
            raise
        self._requests_known = self._requests()
        return answer

    def _check_silence(self) -> None:
        """See that nothing came from the device since its driver has answered last."""
        known, now = self._requests_known, self._requests()
        if (
            self._driver
            and self._abilities.acts_only_when_asked
            and known not in (None, now)
        ):
            raise DriverFault(
                Blame(
                    driver=self._driver.name,
                    method="",
                    place="after its last answer",
                    expected="no request to a server before the next call",
                    got=f"{now - (known or 0)} from device {self.name!r}",
                    way_out="answer a call only when the SDK has no request in flight",
                )
            )

    def _note(self, now: datetime, answer: contract.Ticked | None) -> None:
        if answer is None:
            return
        self._seen = now
        due = answer.next_timer
        self._next_timer = due - self._offset if due else None
