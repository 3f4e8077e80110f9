"""Whatever is configured and asked, there is an answer."""

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.domain.error_codes import TEXTS_2024
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Report,
    Usage,
    UsageSubmission,
)
from mock_server import (
    HandshakeCode,
    LicenceItem,
    Organization,
    PublicTrial,
    ValidationField,
    World,
    check,
)
from mock_server.licensing.alert import alerts, checked
from mock_server.licensing.pair import Pair
from mock_server.licensing.period import PERIODS
from mock_server.licensing.standing import standing
from mock_server.world.licence_item import ChargeWay, Deployment, Term

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
IDS = ("i", "j", "k")
WAYS = st.sampled_from(get_args(ChargeWay))
UNITS = st.none() | st.integers(0, 3)
SPANS = st.none() | st.sampled_from(["1s", "7d", "99999999d"])
INSTANTS = st.none() | st.datetimes(timezones=st.just(UTC))
PRODUCTS = st.none() | st.sampled_from(["dbr", "dwt"])
FIELDS = st.builds(
    ValidationField,
    kind=st.sampled_from(["website-domain", "process-name"]),
    value=st.sampled_from(["*.shop.example", "Reader.exe"]),
)


def _item(id_: str) -> st.SearchStrategy[LicenceItem]:
    return st.builds(
        LicenceItem,
        id=st.just(id_),
        product=PRODUCTS,
        deployment=st.none() | st.sampled_from(get_args(Deployment)),
        charge_way=WAYS,
        quota=UNITS,
        grace=UNITS,
        allowance=UNITS,
        term=st.none() | st.sampled_from(get_args(Term)),
        seat_from=st.sampled_from(["authorization", "use"]),
        validity=SPANS,
        ends=INSTANTS,
        revoked=st.booleans(),
        validation=st.lists(FIELDS, max_size=1).map(tuple),
        requires=st.lists(st.sampled_from(IDS), max_size=1).map(tuple),
        requests=UNITS,
    )


CODES = st.builds(
    HandshakeCode,
    code=st.just("o-a"),
    organization=st.just("o"),
    items=st.lists(st.sampled_from(IDS), unique=True).map(tuple),
    order=st.sampled_from(["default", "listed"]),
    refuse=st.none() | st.sampled_from([*TEXTS_2024]),
)
WORLDS = st.builds(
    World,
    organizations=st.just((Organization(id="o", default="o-a"),)),
    handshake_codes=CODES.map(lambda code: (code,)),
    licence_items=st.tuples(*map(_item, IDS)),
    period=st.sampled_from([*PERIODS]),
    wording=st.sampled_from(["2021", "2024"]),
    lag=st.none() | st.sampled_from(["hosted", "1m"]),
    partitioned=st.booleans(),
    public_trial=st.none() | st.builds(PublicTrial, length=st.sampled_from(["0s", "24h"])),
    cloned_clients=st.sampled_from([(), ("u",)]),
)
MESSAGES = st.builds(
    AuthorizationRequest,
    client_uuid=st.sampled_from("uvw"),
    handshake_code=st.sampled_from([None, "o-a", "o-x"]),
    organization_id=st.sampled_from([None, "o", "p"]),
    product=PRODUCTS,
    charge_way=st.none() | WAYS,
    binding_kind=st.sampled_from([None, "website-domain"]),
    binding_value=st.sampled_from([None, "shop.example"]),
    instances=st.none() | st.integers(1, 4),
    licence_item_id=st.sampled_from([None, *IDS]),
) | st.builds(
    lambda client, code, item, slot, units: UsageSubmission(
        reports=(
            Report(
                client_uuid=client,
                handshake_code=code,
                licence_item_id=item,
                time_label=slot,
                usage=(Usage(type="QR_CODE", count=units),),
            ),
        )
    ),
    st.sampled_from("uvw"),
    st.sampled_from(["o-a", "o-x"]),
    st.sampled_from([None, *IDS]),
    st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 5),
)


@settings(deadline=None)
@given(WORLDS, st.lists(st.tuples(MESSAGES, st.integers(0, 10**6)), max_size=12))
def test_there_is_an_answer(world, story) -> None:
    """Every request has an answer, and what it leaves behind can be looked at."""
    check(world)
    pair, now = Pair(world), NOW
    for message, seconds in story:
        now += timedelta(seconds=seconds)
        decision = pair.decide(message, now)
        if isinstance(message, AuthorizationRequest):
            _look_at(decision.answer, world, now)
        assert decision.entry is not None
        pair.apply(decision.entry)
        for item in world.licence_items:
            standing(pair.state(), item, now)
        alerts(pair.state(), now)
        pair.apply(checked(pair.state(), now))


def _look_at(answer, world, now) -> None:
    """A grant is of a known item and not over yet; a refusal has a published code."""
    if not isinstance(answer, Grant):
        assert answer.code in TEXTS_2024
        assert answer.text
        return
    assert answer.valid_until > now
    if answer.handshake_code == "public-trial":
        return
    item = next(one for one in world.licence_items if one.id == answer.licence_item_id)
    assert item.id in world.handshake_codes[0].items
    assert not item.revoked
