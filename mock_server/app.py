"""The stand-in licence server."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Self

from aiohttp import web

from harness.domain.certificate import Certificate
from harness.domain.clock import Clock
from harness.domain.recording import Exchange, FaultNeverFired, ServerTurned
from harness.wire.codec import Profile
from mock_server.address import Address
from mock_server.arrival import Arrival, Asked
from mock_server.authority import the_authority
from mock_server.connection import (
    WRITTEN,
    WRITTEN_AND_OPEN,
    Connection,
    Prompt,
    Written,
    read_body,
)
from mock_server.delivery import Exit, Outcome, deliver, exit_of, pause, send_page
from mock_server.exchange import Trace, exchange_of, garbage_of
from mock_server.faults import Fault, FaultPlan, Standing, describe
from mock_server.faults.script import pause_before
from mock_server.head import Head, head_of
from mock_server.ledger.ledger import Ledger
from mock_server.page import Manner, Page
from mock_server.service import Decision, Keep, Service, forget
from mock_server.site import Site
from mock_server.sites import SERVERS, Sites, check_server
from mock_server.strikes import OnStrike, Strikes
from mock_server.world.fitting import check
from mock_server.world.world import World

Notice = Exchange | ServerTurned | FaultNeverFired
#: Told of every exchange, once its fate is known, and how its request was read.
type Note = Callable[[Trace, Arrival], None]


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
        exchanges are told to that instead, as what an event can be made from.

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
        self._note = note or self._tell
        self._service = Service(profile, world, keep)
        self._plan = FaultPlan(seed)
        self._strikes = Strikes()
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
        site = Site(device, server, prefix, self, tls)
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
            self._strikes.expect(fault, on_strike)
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
        for standing in before:
            if standing.number == number:
                self._sites.stop_refusing(standing.fault)
        self._strikes.keep_only([standing.fault for standing in self.faults])
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

    def prompt(self, address: Address, _head: Head) -> Prompt | None:
        """
        Return what answers a request at once; ``None``: it may have to wait.

        As mostly nothing has to be waited for, mostly no task is needed.
        """
        if self._plan or self._service.keeps:
            return None
        return partial(self._answer_at_once, address)

    def _answer_at_once(
        self, address: Address, connection: Connection, head: Head, body: bytes
    ) -> None:
        self._note_arrival(address)
        try:
            self._answer_plainly(self._asked(address, head, body).read(), connection, head)
        except Exception as error:
            self._failure = self._failure or error
            raise

    async def serve(self, address: Address, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request that came to *address*, whatever it is."""
        self._note_arrival(address)
        self.in_flight += 1
        try:
            return await self._exchange(address, request)
        except Exception as error:
            # The client sees a failing server; whoever runs us gets the reason.
            self._failure = self._failure or error
            raise
        finally:
            self.in_flight -= 1

    def _note_arrival(self, address: Address) -> None:
        self.last_request_at = time.monotonic()
        self.requests[address.device] += 1

    def _asked(
        self, address: Address, head: Head, body: bytes, damage: str | None = None
    ) -> Asked:
        return Asked(self._profile, address, head.method, head.target, body, damage)

    async def _exchange(self, address: Address, request: web.BaseRequest) -> Written:
        connection = request.protocol
        assert isinstance(connection, Connection)
        head = head_of(request)
        arrival = self._asked(address, head, *await read_body(request, connection)).read()
        if self._plan or self._service.keeps or not arrival.is_whole:
            outcome = await self._answer_with_care(arrival, connection, head)
        else:
            outcome = self._answer_plainly(arrival, connection, head)
        return WRITTEN_AND_OPEN if outcome.closing == "kept-open" else WRITTEN

    def _answer_plainly(
        self, arrival: Arrival, connection: Connection, head: Head
    ) -> Outcome:
        """Answer what nothing strikes, where nothing has to be kept."""
        decision = self._decide(arrival)
        outcome = send_page(exit_of(connection, head), decision.page)
        number = self._service.store(decision, is_answered=outcome.is_whole)
        stored = [] if number is None else [number]
        self._conclude(arrival, decision, None, outcome, stored)
        return outcome

    async def _answer_with_care(
        self, arrival: Arrival, connection: Connection, head: Head
    ) -> Outcome:
        """Answer what a fault may strike, or what is only answered once it is kept."""
        fault = self._pick(arrival, head)
        refusals = self._plan.due()
        address = arrival.asked.address
        is_last = not arrival.is_whole or any(
            one.aims_at(address.device, address.server) for one in refusals
        )
        out = exit_of(connection, head, is_last=is_last, url=arrival.url)
        delay = pause_before(fault) if fault else None
        if delay:
            await pause(connection, delay, self._clock)
        decision = self._decide(arrival)
        outcome, stored = await self._carry_out(decision, fault, out)
        self._conclude(arrival, decision, fault, outcome, stored)
        if refusals:
            self._sites.refuse(refusals)
        return outcome

    def _pick(self, arrival: Arrival, head: Head) -> Fault | None:
        """Choose the fault that strikes; what did not come whole is struck already."""
        if not self._plan or not arrival.is_whole:
            return None
        return self._plan.pick(arrival.candidate(self._clock.now(), head.headers))

    def _decide(self, arrival: Arrival) -> Decision:
        is_main_up = self._sites.is_up("main")
        return self._service.decide(arrival, self._clock.now(), is_main_up=is_main_up)

    def _conclude(
        self,
        arrival: Arrival,
        decision: Decision,
        fault: Fault | None,
        outcome: Outcome,
        stored: list[int],
    ) -> None:
        """Confirm what was *stored*, and tell the exchange."""
        now = self._clock.now()
        for number in stored:
            self._service.close(number, arrival, now, is_whole=outcome.is_whole)
        trace = Trace(
            arrival.asked, arrival.message_kind, now, decision.answer, fault, outcome
        )
        self._note(trace, arrival)

    def _tell(self, trace: Trace, arrival: Arrival) -> None:
        self._on_event(exchange_of(trace, arrival))

    async def _carry_out(
        self, decision: Decision, fault: Fault | None, out: Exit
    ) -> tuple[Outcome, list[int]]:
        """Store and answer, and return what has to be confirmed."""
        times = fault.processed_times if fault else 1
        # Stored first and confirmed afterwards: so it is with a server that crashes.
        numbers = [self._service.store(decision) for _ in range(times)]
        stored = [number for number in numbers if number is not None]
        durable = self._service.durable if times else None
        if fault is not None:
            await self._strikes.tell(fault)
        if durable is not None:
            await durable
        if fault is None:
            return send_page(out, decision.page), stored
        return await deliver(out, decision.page, fault, self._clock), stored

    def refuse_garbage(
        self, address: Address, connection: Connection, status: int, why: str
    ) -> None:
        """Answer what is no HTTP request, or what we failed on ourselves."""
        out = Exit(connection, Manner(is_last=True))
        outcome = send_page(out, Page(status, content_type=""))
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        self.last_request_at = time.monotonic()
        now = self._clock.now()
        self._on_event(garbage_of(address, why, outcome, now))
