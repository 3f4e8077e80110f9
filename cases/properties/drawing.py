"""What stories are drawn from: times, faults, worlds; the plainest of each comes first."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.domain.generation import SLOT_LENGTH
from harness.domain.instant import EPOCH
from harness.domain.span import Span
from harness.scenario.scenario import DEFAULT_BEGIN, Operate, ServerName, Step
from harness.suite.property import Cast
from mock_server import TRAITS, Damage, Fault, HandshakeCode, Organization, World

Kind = Literal["usage", "authorization"]
Reach = Literal["connected", "sent", "stored"]
Type = Literal["first", "second", "third"]

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

DEMO, OTHER, REFUSED = "200001-demo", "200001-other", "200001-refused"

_MILLISECONDS = (0, 0, 0, 1000, -1000, 2000, -2000, 1, -1, 999, -999, 1500, -1500)
#: So far from an instant that matters that it may just matter.
NEAR = st.sampled_from([timedelta(milliseconds=one) for one in _MILLISECONDS])

#: Starts of slots that are special, if any are.
_ANCHORS = (
    DEFAULT_BEGIN.replace(second=0),
    datetime(2026, 3, 1, 23, 57, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 51, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 54, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 57, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 57, tzinfo=UTC),
)
ANCHORS = st.sampled_from(_ANCHORS)

#: Where stories begin: anywhere in a slot.
BEGINS = st.one_of(
    st.just(DEFAULT_BEGIN),
    st.builds(lambda slot, at: slot + at * SECOND, ANCHORS, st.integers(0, 179)),
    st.builds(lambda slot, near: slot + SLOT_LENGTH + near, ANCHORS, NEAR),
)

#: About so many ticks.
TICKS = st.builds(lambda count, near: count * SLOT_LENGTH + near, st.integers(1, 5), NEAR)

#: Anything up to two ticks and a little.
SHORT_SPANS = st.integers(1, 400).map(lambda seconds: seconds * SECOND)

SPANS = st.one_of(
    TICKS,
    SHORT_SPANS,
    st.integers(7, 60).map(lambda minutes: minutes * 60 * SECOND),
)

TYPES: SearchStrategy[Type] = st.sampled_from(["first", "second", "third"])
#: Mostly something that nobody has seen before, as far as an SDK can know.
CONTENTS = st.sampled_from([None, None, None, "4006381333931", "otpauth://totp/Bank:alice"])
COUNTS = st.one_of(st.just(1), st.integers(1, 9), st.just(250))

#: Those that leave an SDK no choice; HTTP errors come first.
_DAMAGES: SearchStrategy[Damage] = st.sampled_from(
    sorted((do for do, trait in TRAITS.items() if trait.is_plain), key="status".__ne__)
)
KINDS: SearchStrategy[Kind] = st.sampled_from(["usage", "authorization"])
REACHES: SearchStrategy[Reach] = st.sampled_from(["sent", "stored", "connected"])
_STATUSES = st.sampled_from([503, 500, 400, 404, 429])
#: Real time: long enough for an SDK to be waiting, and no longer.
_HOLD = "20ms"


@st.composite
def faults(
    draw: st.DrawFn, cast_servers: tuple[ServerName, ...], kind: Kind | None = None
) -> Fault:
    """Any damage, on either kind of message, soon."""
    do = draw(_DAMAGES)
    trait = TRAITS[do]
    return Fault(
        do=do,
        on=kind or draw(KINDS),
        nth=draw(st.integers(1, 3)),
        times=1 if trait.is_of_connections else draw(st.sampled_from([1, "all", 2])),
        server=draw(st.sampled_from([None, *cast_servers])),
        status=draw(_STATUSES) if do == "status" else None,
        hold=_HOLD if "hold" in trait.takes else None,
        stored="stored" in trait.takes and draw(st.sampled_from([False, False, True])),
    )


def zones(cast: Cast) -> SearchStrategy[str | None]:
    """No time zone, or one where clocks change, or are odd, if the SDK has any."""
    is_told = "time-zone" in cast.capabilities
    named = ["Europe/Berlin", "Asia/Kathmandu", "Pacific/Auckland"] if is_told else []
    return st.sampled_from([None, *named])


def servers(cast: Cast) -> SearchStrategy[tuple[ServerName, ...]]:
    """One server, or two where the SDK can be told of a second one."""
    two = [("main", "standby")] if cast.has_standby else []
    return st.sampled_from([("main",), *two])


def world(validity: str, quota: int | None = None) -> World:
    """Return a world of three handshake codes, one of which is always refused."""
    return World(
        organizations=(Organization(id="200001", default=DEMO),),
        handshake_codes=(
            HandshakeCode(code=DEMO, organization="200001", validity=validity, quota=quota),
            HandshakeCode(code=OTHER, organization="200001", validity=validity),
            HandshakeCode(code=REFUSED, organization="200001", refuse=111),
        ),
    )


def next_boundary(at: datetime) -> datetime:
    """Return the first multiple of 180 s after *at*."""
    return at + SLOT_LENGTH - (at - EPOCH) % SLOT_LENGTH


def advance(by: timedelta) -> Step:
    """Return the step that lets time pass."""
    return Step(advance=Span(seconds=by.total_seconds()))


def until(at: datetime) -> Step:
    """Return the step that lets time pass up to an instant."""
    return Step(until=at)


def operate(**what: object) -> Step:
    """Return the step that does tracked actions."""
    return Step(operate=Operate(**what))  # type: ignore[arg-type]
