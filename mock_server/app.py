"""The stand-in licence server."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Self

from aiohttp import web

from harness.domain.certificate import Certificate
from harness.domain.clock import Clock
from harness.domain.recording import Exchange, FaultNeverFired, ServerTurned
from harness.wire.codec import Profile
from mock_server.arrival import Arrival, Envelope, read_arrival
from mock_server.authority import the_authority
from mock_server.connection import (
    WRITTEN,
    WRITTEN_AND_OPEN,
    Connection,
    Written,
    read_body,
)
from mock_server.delivery import Exit, Outcome, deliver, exit_of, pause, send_page
from mock_server.exchange import exchange_of, garbage_of
from mock_server.faults import Fault, FaultPlan, Standing, describe
from mock_server.faults.script import pause_before
from mock_server.ledger.ledger import Ledger
from mock_server.page import Manner, Page
from mock_server.service import Decision, Keep, Service, forget
from mock_server.site import Address, Site
from mock_server.sites import SERVERS, Sites, check_server
from mock_server.world.fitting import check
from mock_server.world.world import World

#: A journal of ten thousand bodies of this size still fits into a memory.
_MOST_KEPT_BYTES = 16 * 1024

Notice = Exchange | ServerTurned | FaultNeverFired
#: Told of an exchange its kind of message, when it ended, and what gives it.
type Note = Callable[[str | None, datetime, Callable[[], Exchange]], None]
#: Done once a fault has struck, before the client sees anything of it.
OnStrike = Callable[[], Awaitable[None]]


class MockDls:
    """
    A stand-in for a pair of licence servers, in the running event loop.

    Every request ends in one `Exchange`, told when its fate is known, with what *clock*
    says then. Main and standby share configuration and ledger.

    Attributes:
        last_request_at: ``time.monotonic()`` of the last request seen; before the
            first, of the making of this object.
        in_flight: How many requests have a fate that is not known yet.
        requests: How many have come from each device so far.
    """

    def __init__(
        self,
        profile: Profile,
        world: World,
        clock: Clock,
        on_event: Callable[[Notice], None],
        seed: int = 0,
        keep: Keep = forget,
        note: Note | None = None,
    ) -> None:
        """
        Prepare; nothing is served before `open_site`.

        *seed* is what the chance of faults depends on, *keep* is told every entry, and
        nothing is answered that rests on an entry which is not kept yet. With *note*
        exchanges are told to that instead, and made when somebody wants them.

        Raises:
            ValueError: The parts of *world* do not fit together.
        """
        check(world)
        self.last_request_at = time.monotonic()
        self.in_flight = 0
        self.requests: Counter[str] = Counter()
        self._profile = profile
        self._clock = clock
        self._on_event = on_event
        self._keep = keep
        self._note = note or self._note_at_once
        self._service = Service(profile, world, keep)
        self._plan = FaultPlan(seed)
        self._on_strikes: list[tuple[Fault, OnStrike]] = []
        self._sites = Sites(self._on_turned)
        self._is_arming = False
        self._failure: Exception | None = None

    async def __aenter__(self) -> Self:
        """Begin to stand in."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        End: what hangs is let go, ports are given back, idle faults are told.

        Raises:
            Exception: What failed in here, or in *on_event*, during a request.
        """
        await self._sites.close()
        self.disarm()
        if self._failure is not None and error is None:
            raise self._failure

    @property
    def ports(self) -> frozenset[int]:
        """The ports of all addresses that are open."""
        return self._sites.ports

    @property
    def ledger(self) -> Ledger:
        """What clients reported so far."""
        return self._service.ledger

    @property
    def service(self) -> Service:
        """What decides, and what it knows."""
        return self._service

    @property
    def down(self) -> tuple[str, ...]:
        """The servers that refuse connections."""
        return tuple(server for server in SERVERS if not self._sites.is_up(server))

    def forget(self, seed: int) -> None:
        """Begin anew with the same configuration, as though no client had ever come."""
        self._plan = FaultPlan(seed)
        self._service = Service(self._profile, self._service.pair.world, self._keep)

    @property
    def authority_pem(self) -> bytes:
        """The certificate, as PEM, that a client of an https site has to trust."""
        return the_authority().pem

    async def open_site(
        self,
        device: str,
        server: str = "main",
        prefix: str = "",
        certificate: Certificate | None = None,
    ) -> str:
        """
        Open an address of *server* for *device* alone, and return its URL.

        A *device* without a name is anybody: its clients are told apart by their UUIDs.
        It is an https URL if a *certificate* is named, which the server then shows.

        Raises:
            ValueError: There is no such server.
        """
        check_server(server)
        tls = the_authority().context(certificate) if certificate else None
        site = Site(device, server, prefix, self.serve, self.refuse_garbage, tls)
        self.add_site(site)
        return site.url

    def add_site(self, site: Site) -> None:
        """
        Open *site*, which is ours from now on; what it serves is its own affair.

        Raises:
            OSError: Its port cannot be had.
        """
        self._sites.add(site)

    async def turn(self, server: str, up: bool) -> None:
        """Let *server* go down, where it refuses connections, or come up again."""
        self._sites.turn(server, up)
        await asyncio.sleep(0)

    @property
    def faults(self) -> tuple[Standing, ...]:
        """How every armed fault stands, in the order of arming."""
        return self._plan.standing(self._clock.now())

    def arm(self, fault: Fault, on_strike: OnStrike | None = None) -> int:
        """
        Let *fault* happen to requests that come from now on, and return its number.

        *on_strike* is awaited when it strikes first, once the request is read and, if
        at all, processed.

        Raises:
            ValueError: Its parts do not fit together.
        """
        number = self._plan.arm(fault, self._clock.now())
        if on_strike is not None:
            self._on_strikes.append((fault, on_strike))
        self._is_arming = True
        self._sites.refuse(self._plan.due())
        return number

    def disarm(self, number: int | None = None) -> None:
        """
        Forget the fault of that *number*, or all, and tell which never fired.

        What the one fault has shut is opened; what all of them have shut stays shut
        until `end_step`.

        Raises:
            KeyError: No armed fault has that number.
        """
        before = self.faults
        never_fired = self._plan.disarm(number)
        armed = [standing.fault for standing in self.faults]
        for standing in before:
            if standing.number == number:
                self._sites.stop_refusing(standing.fault)
        self._on_strikes = [
            told for told in self._on_strikes if any(told[0] is one for one in armed)
        ]
        now = self._clock.now()
        for fault in never_fired:
            self._on_event(FaultNeverFired(at=now, fault=describe(fault)))

    async def end_step(self) -> None:
        """
        End a step of the scenario: what ``refuse`` held shut is opened again.

        The end of a step that armed a fault opens nothing: it is the next one that the
        fault is about.
        """
        if self._is_arming:
            self._is_arming = False
            return
        self._sites.stop_refusing()
        await asyncio.sleep(0)

    async def fault_free(self) -> None:
        """Put everything right: no fault armed, nothing refused, both servers up."""
        self.disarm()
        self._is_arming = False
        self._sites.all_up()
        await asyncio.sleep(0)

    def _on_turned(self, server: str, up: bool) -> None:
        self._on_event(ServerTurned(at=self._clock.now(), server=server, up=up))

    async def serve(self, site: Address, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request that came to *site*, whatever it is."""
        self.last_request_at = time.monotonic()
        self.in_flight += 1
        self.requests[site.device] += 1
        try:
            return await self._exchange(site, request)
        except Exception as error:
            # The client sees a failing server; whoever runs us gets the reason.
            self._failure = self._failure or error
            raise
        finally:
            self.in_flight -= 1

    async def _exchange(self, site: Address, request: web.BaseRequest) -> Written:
        connection = request.protocol
        assert isinstance(connection, Connection)
        arrival = await self._take_in(site, request, connection)
        fault = self._pick(arrival)
        refusals = self._plan.due()
        is_shutting = bool(refusals) and any(
            one.aims_at(site.device, site.server) for one in refusals
        )
        is_last = is_shutting or not arrival.is_whole
        out = exit_of(request, connection, arrival.url, is_last=is_last)
        outcome = await self._answer(arrival, fault, out)
        if refusals:
            self._sites.refuse(refusals)
        return WRITTEN_AND_OPEN if outcome.closing == "kept-open" else WRITTEN

    async def _take_in(
        self, site: Address, request: web.BaseRequest, connection: Connection
    ) -> Arrival:
        body, damage = await read_body(request, connection)
        envelope = Envelope(
            device=site.device,
            server=site.server,
            prefix=site.prefix,
            base=site.url,
            method=request.method,
            target=_target(request),
            headers=request.headers,
        )
        return read_arrival(self._profile, envelope, body, damage)

    def _pick(self, arrival: Arrival) -> Fault | None:
        """Choose the fault that strikes; what did not come whole is struck already."""
        if not self._plan or not arrival.is_whole:
            return None
        return self._plan.pick(arrival.candidate(self._clock.now()))

    async def _answer(self, arrival: Arrival, fault: Fault | None, out: Exit) -> Outcome:
        delay = pause_before(fault) if fault else None
        if delay:
            await pause(out.connection, delay, self._clock)
        is_main_up = self._sites.is_up("main")
        decision = self._service.decide(arrival, self._clock.now(), is_main_up=is_main_up)
        if fault is None and not self._service.keeps:
            outcome = send_page(out, decision.page)
            stored = [self._service.store(decision, is_answered=outcome.is_whole)]
        else:
            outcome, stored = await self._carry_out(decision, fault, out)
        now = self._clock.now()
        for number in stored:
            if number is not None:
                self._service.close(number, arrival, now, is_whole=outcome.is_whole)
        make = partial(exchange_of, arrival, decision.answer, fault, outcome, now)
        if len(arrival.body) > _MOST_KEPT_BYTES:
            # Of what is made later all of the body has to be kept until then.
            self._note_made(arrival.message_kind, now, make())
        else:
            self._note(arrival.message_kind, now, make)
        return outcome

    async def _carry_out(
        self, decision: Decision, fault: Fault | None, out: Exit
    ) -> tuple[Outcome, list[int | None]]:
        """Store and answer, and return what has to be confirmed."""
        times = fault.processed_times if fault else 1
        # Stored first and confirmed afterwards: so it is with a server that crashes.
        stored = [self._service.store(decision) for _ in range(times)]
        durable = self._service.durable if times else None
        if fault is not None:
            await self._tell_strike(fault)
        if durable is not None:
            await durable
        if fault is None:
            return send_page(out, decision.page), stored
        return await deliver(out, decision.page, fault, self._clock), stored

    def _note_made(self, kind: str | None, at: datetime, exchange: Exchange) -> None:
        self._note(kind, at, lambda: exchange)

    def _note_at_once(
        self, _kind: str | None, _at: datetime, make: Callable[[], Exchange]
    ) -> None:
        self._on_event(make())

    async def _tell_strike(self, fault: Fault) -> None:
        for told in self._on_strikes:
            if told[0] is fault:
                self._on_strikes.remove(told)
                await told[1]()
                return

    def refuse_garbage(
        self, site: Site, connection: Connection, status: int, why: str
    ) -> None:
        """Answer what is no HTTP request, or what we failed on ourselves."""
        out = Exit(connection, Manner(is_last=True))
        outcome = send_page(out, Page(status, content_type=""))
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        self.last_request_at = time.monotonic()
        now = self._clock.now()
        self._on_event(garbage_of(site.device, site.server, why, outcome, now))


def _target(request: web.BaseRequest) -> str:
    """Return the path and query as the client wrote them, as text that can be kept."""
    target = request.raw_path
    if not target.startswith("/"):
        target = str(request.rel_url)
    if target.isascii():
        return target
    return target.encode(errors="surrogateescape").decode(errors="replace")
