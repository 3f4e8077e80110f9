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
from mock_server.answering import Answering, Note
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
from mock_server.delivery import Exit, send_page
from mock_server.exchange import Trace, exchange_of, garbage_of
from mock_server.faults import Fault, FaultPlan, Standing, describe
from mock_server.head import Head, head_of
from mock_server.ledger.ledger import Ledger
from mock_server.page import Manner, Page
from mock_server.service import Keep, Service, forget
from mock_server.site import Site
from mock_server.sites import SERVERS, Sites, check_server
from mock_server.strikes import OnStrike
from mock_server.world.fitting import check
from mock_server.world.world import World

Notice = Exchange | ServerTurned | FaultNeverFired


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
        self._sites = Sites(self._on_turned)
        self._answering = Answering(
            Service(profile, world, keep),
            FaultPlan(seed),
            clock,
            self._sites,
            note or self._tell,
        )
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
        return self.service.ledger

    @property
    def service(self) -> Service:
        """What decides, and what it knows."""
        return self._answering.service

    @property
    def down(self) -> tuple[str, ...]:
        """The servers that refuse connections."""
        return tuple(server for server in SERVERS if not self._sites.is_up(server))

    def forget(self, seed: int) -> None:
        """Begin anew with the same configuration, as though no client had ever come."""
        world = self.service.pair.world
        self._answering.plan = FaultPlan(seed)
        self._answering.service = Service(self._profile, world, self._keep)

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
        return self._answering.plan.standing(self._clock.now())

    def arm(self, fault: Fault, on_strike: OnStrike | None = None) -> int:
        """
        Let *fault* happen to requests that come from now on, and return its number.

        *on_strike* is awaited when it strikes first, once the request is read and, if
        at all, processed.

        Raises:
            ValueError: Its parts do not fit together.
        """
        number = self._answering.plan.arm(fault, self._clock.now())
        if on_strike is not None:
            self._answering.strikes.expect(fault, on_strike)
        self._is_arming = True
        self._sites.refuse(self._answering.plan.due())
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
        never_fired = self._answering.plan.disarm(number)
        for standing in before:
            if standing.number == number:
                self._sites.stop_refusing(standing.fault)
        self._answering.strikes.keep_only([standing.fault for standing in self.faults])
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
        if self._answering.plan:
            return None
        answer = self._owe if self.service.keeps else self._answer_at_once
        return partial(answer, address)

    def _answer_at_once(
        self, address: Address, connection: Connection, head: Head, body: bytes
    ) -> None:
        self._note_arrival(address)
        try:
            arrival = self._asked(address, head, body).read()
            self._answering.plainly(arrival, connection, head)
        except Exception as error:
            self._failure = self._failure or error
            raise

    def _owe(
        self, address: Address, connection: Connection, head: Head, body: bytes
    ) -> None:
        self._note_arrival(address)
        self.in_flight += 1
        connection.hold()
        arrival = self._asked(address, head, body).read()
        over = partial(self._let_go_on, address, connection)
        self._answering.once_kept(arrival, connection, head, over)

    def _let_go_on(
        self, address: Address, connection: Connection, error: Exception | None
    ) -> None:
        """Let the client go on whose request is answered, or failed with *error*."""
        self.in_flight -= 1
        if error is not None:
            self._failure = self._failure or error
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self.refuse_garbage(address, connection, status, str(error))
        connection.go_on()

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
        if self._answering.plan or self.service.keeps or not arrival.is_whole:
            outcome = await self._answering.with_care(arrival, connection, head)
        else:
            outcome = self._answering.plainly(arrival, connection, head)
        return WRITTEN_AND_OPEN if outcome.closing == "kept-open" else WRITTEN

    def _tell(self, trace: Trace, arrival: Arrival) -> None:
        self._on_event(exchange_of(trace, arrival))

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
