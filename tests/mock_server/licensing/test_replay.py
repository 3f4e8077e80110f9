"""A server is the sum of its entries, and counts as a list of reports does."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from harness.domain.generation import DLS
from harness.domain.message import AuthorizationRequest, Report, Usage, UsageSubmission
from mock_server import HandshakeCode, LicenceItem, Organization, World
from mock_server.ledger.entry import AnswerLost, AnyEntry, ConfigurationChanged, Confirmed
from mock_server.ledger.statistics import Figures
from mock_server.licensing.alert import alerts, checked
from mock_server.licensing.pair import Pair
from mock_server.licensing.standing import standing

BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
ITEMS = (
    LicenceItem(id="scan", charge_way="scan", quota=40, product="dbr"),
    LicenceItem(id="seat", charge_way="device", quota=2, product="dwt", term="daily"),
    LicenceItem(
        id="busy", charge_way="concurrent-instance", quota=2, allowance=5, product="dlr"
    ),
)
CODE = HandshakeCode(code="o-a", organization="o", items=("scan", "seat", "busy"))
PLAIN = World(
    organizations=(Organization(id="o", default="o-a"),),
    handshake_codes=(CODE,),
    licence_items=ITEMS,
)
WORLDS = [
    msgspec.structs.replace(PLAIN, **changes)
    for changes in ({}, {"lag": "2m"}, {"partitioned": True}, {"period": "lts"})
]
SERVERS = st.sampled_from(["main", "standby"])
CLIENTS = st.sampled_from("uvw")


def _seen(pair: Pair, now: datetime) -> dict[str, Any]:
    """Everything that anybody can see of a pair."""
    pair.exchange(now)
    return {server: _seen_of(pair.state(server), now) for server in ("main", "standby")}


def _seen_of(state: Any, now: datetime) -> tuple[Any, ...]:
    ledger, figures = state.ledger, Figures(state.ledger)
    return (
        dict(ledger.units),
        Counter(ledger.redelivered),
        dict(ledger.unconfirmed),
        ledger.lost,
        figures.all_history(),
        figures.devices(),
        [standing(state, item, now) for item in ITEMS],
        [state.seats.held(item.id, now) for item in ITEMS],
        alerts(state, now),
    )


class Servers(RuleBasedStateMachine):
    """What clients and an administrator may do, against the entries alone."""

    def __init__(self) -> None:
        super().__init__()
        self.pair, self.log, self.now = Pair(PLAIN), [], BEGIN
        self.open: list[tuple[int, Any]] = []
        self.sent = 0

    def _apply(self, entry: AnyEntry) -> int:
        self.log.append(msgspec.json.encode(entry))
        return self.pair.apply(entry)

    @rule(server=SERVERS, client=CLIENTS, item=st.sampled_from(ITEMS))
    def authorise(self, server, client, item) -> None:
        request = AuthorizationRequest(
            client_uuid=client, handshake_code="o-a", product=item.product, instances=2
        )
        entry = self.pair.decide(request, self.now, server, is_main_up=False).entry
        if entry is not None:
            self._apply(entry)

    @rule(
        server=SERVERS, client=CLIENTS, item=st.sampled_from(ITEMS), units=st.integers(0, 3)
    )
    def submit(self, server, client, item, units) -> None:
        report = Report(
            client_uuid=client,
            handshake_code="o-a",
            licence_item_id=item.id,
            time_label=DLS.slot_of(self.now),
            usage=(Usage(type="QR_CODE", count=units), Usage(type="PDF417", count=1)),
        )
        message = UsageSubmission(reports=(report,))
        entry = self.pair.decide(message, self.now, server, is_main_up=False).entry
        assert entry is not None
        self.open.append((self._apply(entry), server))
        self.sent += units + 1

    @rule(is_lost=st.booleans())
    def answer(self, is_lost) -> None:
        if self.open:
            number, server = self.open.pop(0)
            ended = AnswerLost if is_lost else Confirmed
            self._apply(ended(at=self.now, number=number, server=server))

    @rule(minutes=st.integers(1, 400))
    def wait(self, minutes) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(world=st.sampled_from(WORLDS))
    def configure(self, world) -> None:
        self._apply(ConfigurationChanged(at=self.now, world=world))

    @rule()
    def look_at_alerts(self) -> None:
        self._apply(checked(self.pair.state(), self.now))

    @invariant()
    def entries_make_the_same_server(self) -> None:
        again = Pair(PLAIN)
        for line in self.log:
            again.apply(msgspec.json.decode(line, type=AnyEntry))
        assert _seen(again, self.now) == _seen(self.pair, self.now)

    @invariant()
    def nothing_is_invented_or_lost(self) -> None:
        """Together the servers have counted, or taken for redeliveries, what was sent."""
        heal = ConfigurationChanged(at=self.now, world=PLAIN)
        whole = Pair(PLAIN)
        for line in self.log:
            whole.apply(msgspec.json.decode(line, type=AnyEntry))
        whole.apply(heal)
        ledger = whole.state().ledger
        redelivered = sum(portion.units for portion in ledger.redelivered)
        assert sum(ledger.totals.values()) + redelivered == self.sent


TestServers = Servers.TestCase
TestServers.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
