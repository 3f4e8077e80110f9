"""What is stored, and what counts once."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from harness.domain.message import Report, Usage, UsageSubmission
from mock_server.ledger.entry import AnswerLost, ConfigurationChanged, Confirmed
from mock_server.ledger.ledger import Ledger
from mock_server.ledger.portion import Account
from mock_server.licensing.pair import Pair
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.organization import Organization
from mock_server.world.world import World

SLOT = datetime(2026, 3, 1, 8, tzinfo=UTC)
WORLD = World(
    organizations=(Organization(id="o", default="o-default"),),
    handshake_codes=(
        HandshakeCode(code="o-default", organization="o"),
        HandshakeCode(code="c", organization="o"),
    ),
)


def _report(count=2, **changes) -> Report:
    fields = {
        "time_label": SLOT,
        "handshake_code": "c",
        "client_uuid": "u",
        "usage": (Usage(type="QR_CODE", count=count),),
        **changes,
    }
    return Report(**fields)


def _submission(*reports: Report) -> UsageSubmission:
    return UsageSubmission(reports=reports or (_report(),))


class _Counter:
    """A server that only counts."""

    def __init__(self) -> None:
        self.pair = Pair(WORLD)
        self.ledger: Ledger = self.pair.state().ledger
        self.totals = self.ledger.totals

    @property
    def units(self) -> Mapping[Account, int]:
        return self.ledger.units

    @property
    def redelivered(self):
        return self.ledger.redelivered

    def store(self, submission: UsageSubmission) -> int:
        entry = self.pair.decide(submission, SLOT).entry
        assert entry is not None
        return self.pair.apply(entry)

    def confirm(self, number: int) -> None:
        self.pair.apply(Confirmed(at=SLOT, number=number))


def _ledger() -> _Counter:
    return _Counter()


def test_counts_by_account() -> None:
    """S-40: units are kept per item, code, client, slot and type."""
    ledger = _ledger()
    usage = (Usage(type="QR_CODE", count=2), Usage(type="PDF417", count=1))
    later = SLOT + timedelta(seconds=180)
    ledger.store(_submission(_report(usage=usage), _report(5, time_label=later)))
    assert ledger.units == {
        Account("item-c", "c", "u", SLOT, "QR_CODE"): 2,
        Account("item-c", "c", "u", SLOT, "PDF417"): 1,
        Account("item-c", "c", "u", later, "QR_CODE"): 5,
    }
    assert ledger.totals == {"c": 8}


def test_organization_counts_under_its_default_code() -> None:
    """A report with only an organization ID counts under the default code."""
    ledger = _ledger()
    ledger.store(_submission(_report(handshake_code=None, organization_id="o")))
    ledger.store(_submission(_report(handshake_code="c", organization_id="o")))
    assert ledger.totals == {"o-default": 2, "c": 2}


def test_organization_without_default_loses_nothing() -> None:
    """Where an organization has no default code, its ID stands in."""
    ledger = _ledger()
    ledger.store(_submission(_report(handshake_code=None, organization_id="p")))
    assert ledger.totals == {"p": 2}


def test_confirmed_portions_count_again() -> None:
    """S-43: what comes again although its answer arrived is counted again."""
    ledger = _ledger()
    for _ in range(2):
        ledger.confirm(ledger.store(_submission()))
    assert ledger.totals == {"c": 4}
    assert ledger.redelivered == ()


def test_unconfirmed_portion_is_redelivered() -> None:
    """S-43: what comes again after a lost answer is noted and not counted."""
    ledger = _ledger()
    ledger.store(_submission())
    ledger.confirm(ledger.store(_submission()))
    assert ledger.totals == {"c": 2}
    assert [portion.units for portion in ledger.redelivered] == [2]


def test_one_lost_answer_is_one_redelivery() -> None:
    """A third coming, after the second was confirmed, is counted."""
    ledger = _ledger()
    ledger.store(_submission())
    ledger.confirm(ledger.store(_submission()))
    ledger.confirm(ledger.store(_submission()))
    assert ledger.totals == {"c": 4}
    assert len(ledger.redelivered) == 1


def test_redelivery_may_be_lost_again() -> None:
    """A redelivery whose own answer is lost is redelivered in turn."""
    ledger = _ledger()
    for _ in range(3):
        ledger.store(_submission())
    assert ledger.totals == {"c": 2}
    assert len(ledger.redelivered) == 2


def test_other_units_are_no_redelivery() -> None:
    """After a lost answer a portion with another number of units is new."""
    ledger = _ledger()
    ledger.store(_submission(_report(2)))
    ledger.store(_submission(_report(3)))
    assert ledger.totals == {"c": 5}
    assert ledger.redelivered == ()


def test_regrouped_portions_are_redelivered() -> None:
    """Portions are matched one by one, however reports are grouped into requests."""
    ledger = _ledger()
    other = _report(1, client_uuid="v")
    ledger.store(_submission(_report(), other))
    ledger.confirm(ledger.store(_submission(other)))
    ledger.confirm(ledger.store(_submission(_report())))
    assert ledger.totals == {"c": 3}
    assert len(ledger.redelivered) == 2


def test_twins_in_one_submission_both_count() -> None:
    """Two equal reports in one submission are not taken for a redelivery."""
    ledger = _ledger()
    ledger.store(_submission(_report(), _report()))
    assert ledger.totals == {"c": 4}
    ledger.confirm(ledger.store(_submission(_report(), _report())))
    assert ledger.totals == {"c": 4}


def test_a_type_twice_in_one_report_is_one_portion() -> None:
    """The entries of one type in one report are one portion, in whatever parts."""
    ledger = _ledger()
    parts = (Usage(type="QR_CODE", count=1), Usage(type="QR_CODE", count=1))
    ledger.store(_submission(_report(usage=parts)))
    ledger.store(_submission(_report(2)))
    assert ledger.totals == {"c": 2}


def test_nothing_used_leaves_no_account() -> None:
    """Empty reports and zero counts leave nothing behind."""
    ledger = _ledger()
    ledger.store(_submission(_report(0), _report(usage=())))
    assert not ledger.units
    assert not ledger.totals


def test_whether_a_client_knows() -> None:
    """S-40: of what is stored it is told whether the client can know."""
    ledger = _ledger()
    known, lost, open_ = (ledger.store(_submission(_report(n))) for n in (1, 2, 3))
    ledger.confirm(known)
    ledger.pair.apply(AnswerLost(at=SLOT, number=lost))
    unconfirmed = ledger.ledger.unconfirmed
    told = {number: held[0].units for number, held in unconfirmed.items()}
    assert told == {lost: 2, open_: 3}
    assert ledger.ledger.lost == {lost}
    assert ledger.totals == {"c": 6}


def test_what_was_delivered_again_is_known() -> None:
    """S-40: of what comes again and is answered the client knows."""
    ledger = _ledger()
    lost = ledger.store(_submission(_report(1), _report(2)))
    ledger.pair.apply(AnswerLost(at=SLOT, number=lost))
    ledger.confirm(ledger.store(_submission(_report(2))))
    unknown = ledger.ledger.unconfirmed
    assert [p.units for p in unknown[lost]] == [1]
    ledger.confirm(ledger.store(_submission(_report(1))))
    assert not ledger.ledger.unconfirmed
    assert not ledger.ledger.lost
    assert ledger.totals == {"c": 3}


def test_each_entry_waits_for_its_own_answer() -> None:
    """S-43: an answer that arrives ends the waiting of what it answers, and no other."""
    ledger = _ledger()
    twins = ledger.store(_submission(_report(), _report()))
    ledger.store(_submission())
    ledger.confirm(twins)
    ledger.store(_submission())
    assert ledger.totals == {"c": 4}
    assert len(ledger.redelivered) == 2


def test_an_answer_that_arrives_after_all() -> None:
    """S-40: what was taken for lost and is confirmed is not lost."""
    ledger = _ledger()
    number = ledger.store(_submission())
    ledger.pair.apply(AnswerLost(at=SLOT, number=number))
    ledger.confirm(number)
    assert not ledger.ledger.lost


def test_redelivered_under_another_item() -> None:
    """S-43: a portion that comes again is the same one, whatever item it is given to."""
    ledger = _ledger()
    items = (LicenceItem(id="x"), LicenceItem(id="y"))
    code = HandshakeCode(code="c", organization="o", items=("x", "y"))
    world = World(
        organizations=(Organization(id="o"),), handshake_codes=(code,), licence_items=items
    )
    ledger.store(_submission())
    ledger.pair.apply(ConfigurationChanged(at=SLOT, world=world))
    ledger.store(_submission(_report(licence_item_id="y")))
    assert ledger.totals == {"c": 2}
    assert [portion.units for portion in ledger.redelivered] == [2]


#: Submissions as lists of (client, units), and whether the answer to each arrived.
_TRAFFIC = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from("uv"), st.integers(0, 2)), max_size=3),
        st.booleans(),
    ),
    max_size=12,
)


@given(_TRAFFIC)
def test_agrees_with_a_simple_model(traffic) -> None:
    """A ledger counts as a list of portions does that is searched for lost ones."""
    ledger = _ledger()
    lost: list[tuple[str, int]] = []
    counted: Counter[str] = Counter()
    for listed, is_answered in traffic:
        reports = [_report(units, client_uuid=client) for client, units in listed]
        entry = ledger.store(UsageSubmission(reports=tuple(reports)))
        portions = [portion for portion in listed if portion[1]]
        for portion in portions:
            if portion in lost:
                lost.remove(portion)
            else:
                counted[portion[0]] += portion[1]
        if is_answered:
            ledger.confirm(entry)
        else:
            lost.extend(portions)
    assert {a.client_uuid: n for a, n in ledger.units.items()} == counted


@given(_TRAFFIC, st.randoms(use_true_random=False))
def test_invents_and_loses_nothing(traffic, chance) -> None:
    """In whatever order answers arrive, all units are counted or redelivered."""
    ledger = _ledger()
    entries, sent = [], 0
    for portions, is_answered in traffic:
        reports = [_report(units, client_uuid=c) for c, units in portions]
        entry = ledger.store(UsageSubmission(reports=tuple(reports)))
        sent += sum(units for _, units in portions)
        entries += [entry] * is_answered
        if entries and chance.random() < 0.5:
            ledger.confirm(entries.pop(chance.randrange(len(entries))))
    redelivered = sum(portion.units for portion in ledger.redelivered)
    assert sum(ledger.totals.values()) + redelivered == sent
