"""The way of a request through a mock: decided, stored, answered, noted."""

from collections.abc import Callable
from functools import partial

from harness.domain.clock import Clock
from mock_server.arrival import Arrival
from mock_server.connection import Connection
from mock_server.delivery import Exit, Outcome, deliver, exit_of, pause, send_page
from mock_server.exchange import Trace
from mock_server.faults import Fault, FaultPlan
from mock_server.faults.script import pause_before
from mock_server.head import Head
from mock_server.service import Decision, Durable, Service
from mock_server.sites import Sites
from mock_server.strikes import Strikes

#: Told of every exchange, once its fate is known, and how its request was read.
type Note = Callable[[Trace, Arrival], None]
#: Told once an answer is out, or what kept it from that.
type Over = Callable[[Exception | None], None]


class Answering:
    """
    Answers requests.

    Attributes:
        service: What decides, and what it knows.
        plan: The armed faults; *strikes*: who wants to know of them.
    """

    def __init__(
        self, service: Service, plan: FaultPlan, clock: Clock, sites: Sites, note: Note
    ) -> None:
        """Answer as *service* decides and *plan* spoils it; *note* is told the rest."""
        self.service = service
        self.plan = plan
        self.strikes = Strikes()
        self._clock = clock
        self._sites = sites
        self._note = note

    def plainly(self, arrival: Arrival, connection: Connection, head: Head) -> Outcome:
        """Answer what nothing strikes, where nothing has to be kept."""
        decision = self._decide(arrival)
        outcome = send_page(exit_of(connection, head), decision.page)
        number = self.service.store(decision, is_answered=outcome.is_whole)
        self._conclude(arrival, decision, None, outcome, (number,))
        return outcome

    def once_kept(
        self, arrival: Arrival, connection: Connection, head: Head, over: Over
    ) -> None:
        """
        Answer what nothing strikes, once all is durable that the answer rests on.

        That takes no task: *over* is told when it is done, now or later.
        """
        try:
            decision = self._decide(arrival)
            number = self.service.store(decision)
        except Exception as error:
            over(error)
            return
        out = exit_of(connection, head)
        pay = partial(self._pay, arrival, decision, number, out, over)
        durable = self.service.durable
        if durable is None or durable.done():
            pay(durable)
        else:
            durable.add_done_callback(pay)

    def _pay(
        self,
        arrival: Arrival,
        decision: Decision,
        number: int | None,
        out: Exit,
        over: Over,
        durable: Durable | None,
    ) -> None:
        """Give the answer that is owed; *durable* is done."""
        try:
            if durable is not None:
                durable.result()
            outcome = send_page(out, decision.page)
            self._conclude(arrival, decision, None, outcome, (number,))
        except Exception as error:
            over(error)
        else:
            over(None)

    async def with_care(
        self, arrival: Arrival, connection: Connection, head: Head
    ) -> Outcome:
        """Answer what a fault may strike, or what did not come whole."""
        fault = self._pick(arrival, head)
        refusals = self.plan.due()
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
        if not self.plan or not arrival.is_whole:
            return None
        return self.plan.pick(arrival.candidate(self._clock.now(), head.headers))

    def _decide(self, arrival: Arrival) -> Decision:
        is_main_up = self._sites.is_up("main")
        return self.service.decide(arrival, self._clock.now(), is_main_up=is_main_up)

    async def _carry_out(
        self, decision: Decision, fault: Fault | None, out: Exit
    ) -> tuple[Outcome, tuple[int | None, ...]]:
        """Store and answer, and return what has to be confirmed."""
        times = fault.processed_times if fault else 1
        # Stored first and confirmed afterwards: so it is with a server that crashes.
        stored = tuple([self.service.store(decision) for _ in range(times)])
        durable = self.service.durable if times else None
        if fault is not None:
            await self.strikes.tell(fault)
        if durable is not None:
            await durable
        if fault is None:
            return send_page(out, decision.page), stored
        return await deliver(out, decision.page, fault, self._clock), stored

    def _conclude(
        self,
        arrival: Arrival,
        decision: Decision,
        fault: Fault | None,
        outcome: Outcome,
        stored: tuple[int | None, ...],
    ) -> None:
        """Confirm what was *stored*, and tell the exchange."""
        now = self._clock.now()
        for number in stored:
            if number is not None:
                self.service.close(number, arrival, now, is_whole=outcome.is_whole)
        asked, kind = arrival.asked, arrival.message_kind
        self._note(Trace(asked, kind, now, decision.answer, fault, outcome), arrival)
