"""The questions that are put to one driver, to see whether it is sound."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from harness.domain.instant import render_instant
from harness.domain.product import PRODUCTS
from harness.domain.recording import SdkError
from harness.drivers import contract
from harness.drivers.clocks.mode import ClockMode
from harness.drivers.clocks.proof import Proof
from harness.drivers.contract import Description, Operate, Start, Ticked
from harness.drivers.driver import MADE_UP_METHOD, Driver
from harness.drivers.sdk_file import generation_problem
from harness.drivers.witness import Witness

_SESSION = timedelta(minutes=10)
_STEP = timedelta(seconds=1)
#: For how long, in real time, requests that nobody asked for are waited for.
_LISTENING_SECONDS = 0.2


class Problem(Exception):
    """Something is wrong, and the driver still answers."""


@dataclass(frozen=True)
class Setting:
    """
    What the one session is given.

    Attributes:
        servers: Addresses, the main one first; they grant *handshake_code*.
        handshake_code: The one to start with: best one that nobody can know beforehand.
        cache_dir: An empty folder.
        generation: The generation asked for, if any.
        clock: How its time passes; the session begins at its present.
        witness: What the servers see; ``None``: nobody can tell.
        reason: Why it is this clock mode.
        proofs: What a program of our own has shown of it.
    """

    servers: tuple[str, ...]
    handshake_code: str
    cache_dir: Path
    generation: str | None
    clock: ClockMode
    witness: Witness | None = None
    reason: str = ""
    proofs: Sequence[Proof] = ()


class Examination:
    """
    One driver, and what is known of it so far.

    Each question returns what was found, or raises a `Problem`.
    """

    def __init__(self, driver: Driver, setting: Setting) -> None:
        self._driver = driver
        self._setting = setting
        self._described: Description | None = None
        self._due: datetime | None = None
        self._steps = 0
        self._seen = setting.clock.now()

    @property
    def is_witnessed(self) -> bool:
        """Whether somebody can tell what came to the servers."""
        return self._setting.witness is not None

    @property
    def _witness(self) -> Witness:
        assert self._setting.witness is not None
        return self._setting.witness

    @property
    def described(self) -> Description:
        """What the driver told of itself."""
        assert self._described is not None
        return self._described

    @property
    def _now(self) -> datetime:
        return self._setting.clock.now()

    @property
    def _tells_timers(self) -> bool:
        return "next-timer" in self.described.capabilities

    async def describes(self) -> str:
        """It tells which SDK it drives."""
        described = await self._driver.describe()
        self._setting.clock.check_reached(self._driver)
        self._described = described
        sdk = described.sdk
        return f"{sdk.name} {sdk.version} ({sdk.language}), {described.product}"

    async def has_version(self) -> str:
        """It speaks this version of the contract; else `describes` failed."""
        return str(self.described.contract)

    async def has_known_capabilities(self) -> str:
        """It claims what there is; else `describes` failed."""
        return ", ".join(self.described.capabilities) or "none are claimed"

    async def has_generation(self) -> str:
        """It drives the generation that was asked for."""
        problem = generation_problem(
            self._driver.name, self.described, self._setting.generation
        )
        if problem:
            raise Problem(problem)
        return self.described.generation

    async def has_clock(self) -> str:
        """How time is made to pass, whatever the driver says of it."""
        mode, told = self._setting.clock.name, self.described.clock
        said = [self._setting.reason] if self._setting.reason else []
        if mode != told:
            said.append(f"the driver says {told}")
        return f"{mode} ({'; '.join(said)})" if said else mode

    async def proves_clock(self) -> str:
        """A program of our own, which only waits, is right about how long it waited."""
        proofs = self._setting.proofs
        inexact = [proof.text for proof in proofs if not proof.is_exact]
        if inexact:
            raise Problem(
                f"expected exact waits of a program of ours, got {'; '.join(inexact)}; "
                "choose another mode with --clock"
            )
        return "; ".join(proof.text for proof in proofs) or "the driver moves it"

    async def tells_habits(self) -> str:
        """What was seen of how the SDK waits."""
        return self._setting.clock.habits() or "not seen: the driver moves the clock"

    async def refuses_made_up_method(self) -> str:
        """It says so where it has no such method."""
        if await self._driver.ask_unknown():
            return "JSON-RPC error -32601"
        raise Problem(
            f"expected JSON-RPC error -32601 for {MADE_UP_METHOD!r}, got something "
            "else; answer every method that the contract does not have in this way"
        )

    async def stops_without_session(self) -> str:
        """To stop what never began does nothing."""
        await self._driver.stop()
        return "nothing happened"

    async def refuses_without_session(self) -> str:
        """Before a start the SDK does not work."""
        answer = await self._operate()
        if answer.performed:
            raise Problem(
                "expected performed: false from operate without a session, got true; "
                "tell what the SDK says when it was not started"
            )
        return "performed: false"

    async def starts(self) -> str:
        """A session that any SDK can have begins."""
        answer = await self._driver.start(
            Start(
                now=self._now,
                cache_dir=str(self._setting.cache_dir),
                servers=self._setting.servers,
                handshake_code=self._setting.handshake_code,
            )
        )
        if not answer.authorized:
            raise Problem(
                f"expected authorized: true from a server that grants "
                f"{self._setting.handshake_code!r}, got {_told(answer.error)}; does the "
                f"driver hand servers {list(self._setting.servers)} and the handshake "
                "code to the SDK?"
            )
        self._note(answer)
        return "authorized: true"

    async def operates(self) -> str:
        """In an authorised session the SDK works."""
        answer = await self._operate()
        if not answer.performed:
            raise Problem(
                f"expected performed: true in an authorised session, got "
                f"{_told(answer.error)}"
            )
        self._note(answer)
        return "performed: true"

    async def hands_code_on(self) -> str:
        """What the application says reaches the server: the driver makes nothing up."""
        witness, code = self._witness, self._setting.handshake_code
        if not witness.authorizations:
            raise Problem(
                "expected a request for authorisation at the server, got none, and yet "
                "authorized: true; does the driver call the SDK, or answer in its place?"
            )
        if witness.codes() and code not in witness.codes():
            raise Problem(
                f"expected the handshake code {code!r} at the server, got "
                f"{sorted(map(str, witness.codes()))}; hand on what start says"
            )
        return code if witness.codes() else "a request came; its body cannot be read"

    async def hands_usage_on(self) -> str:
        """Usage that is said to be performed is seen by the server."""
        if self._witness.is_closed():
            return "requests came; their bodies cannot be read"
        if not self._witness.units():
            raise Problem(
                "expected a report of the one operation within ten minutes, since the "
                "driver said performed: true, got none; does it call the SDK's tracked "
                "function, and move the clock that the SDK's timer goes by?"
            )
        return f"{self._witness.units():g} units came"

    async def asks_only_when_asked(self) -> str:
        """No request comes to a server while nothing is asked of the driver."""
        seen = self._witness.requests
        await asyncio.sleep(_LISTENING_SECONDS)
        stray = self._witness.requests - seen
        if stray:
            raise Problem(
                f"expected no request while no call is in progress, got {stray}; answer "
                "a call once the SDK has no request in flight"
            )
        return f"{seen} requests, each during a call"

    async def tells_next_timer(self) -> str:
        """It keeps what it claims with ``next-timer``."""
        if not self._tells_timers:
            return "not claimed; time goes by in steps of one second"
        if self._due is None:
            raise Problem(
                "expected a nextTimer after an operation, since its report is due, got "
                "null; tell the SDK's next timer, or do not claim next-timer"
            )
        return f"nextTimer: {render_instant(self._due)}"

    async def ignores_past(self) -> str:
        """To advance to the past does nothing."""
        past = self._now - timedelta(hours=1)
        answer = await self._driver.advance(past)
        if self._tells_timers and answer.next_timer != self._due:
            raise Problem(
                f"expected that advance to the past ({render_instant(past)}) does "
                f"nothing, got nextTimer {_written(answer.next_timer)} instead of "
                f"{_written(self._due)}"
            )
        return "nothing happened"

    async def advances(self) -> str:
        """Ten minutes go by, from timer to timer where those are told."""
        end = self._now + _SESSION
        await self._setting.clock.pass_until(end, (self,), _settled)
        return f"10 virtual minutes in {self._steps} steps"

    def next_due(self) -> datetime | None:
        """See `harness.drivers.clocks.mode.Device`."""
        if self._tells_timers and (self._due is None or self._due > self._seen):
            return self._due
        # A timer that is said to be due already would never let time pass.
        return self._seen + _STEP

    async def advance(self, to: datetime) -> None:
        """See `harness.drivers.clocks.mode.Device`."""
        if to > self._seen:
            self._seen = to
            self._note(await self._driver.advance(to))
            self._steps += 1

    async def stops(self) -> str:
        """After a stop the SDK does not work any more."""
        await self._driver.stop()
        answer = await self._operate()
        if answer.performed:
            raise Problem(
                "expected performed: false from operate after stop, got true; stop "
                "ends the session"
            )
        return "performed: false afterwards"

    async def ends(self) -> str:
        """The end of its input is enough to end it."""
        await self._driver.close()
        if self._driver.fault is not None:
            raise self._driver.fault
        if not self._driver.ended_by_itself:
            raise Problem(
                "expected that the process exits at the end of its standard input, got "
                "one that had to be killed; read stdin to its end, then stop and exit"
            )
        return "at the end of its input"

    async def _operate(self) -> contract.Operated:
        product = PRODUCTS[self.described.product]
        return await self._driver.operate(
            Operate(
                now=self._now,
                kind=product.operation,
                type=product.types[0],
                count=1,
                success=True,
                content="dlscheck doctor",
            )
        )

    def _note(self, answer: Ticked) -> None:
        """Keep when the next timer is due, which must lie ahead."""
        self._due = answer.next_timer
        if self._tells_timers and self._due is not None and self._due <= self._now:
            raise Problem(
                f"expected a nextTimer after {render_instant(self._now)}, to which "
                f"time has come, got {_written(self._due)}; fire what is due first"
            )


async def _settled() -> None:
    """Wait for nobody: there is no story to keep in order."""


def _told(error: SdkError | None) -> str:
    return f"error {error.code} ({error.message})" if error else "no error"


def _written(due: datetime | None) -> str:
    return "null" if due is None else render_instant(due)
