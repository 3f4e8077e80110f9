"""The ledger slot by slot."""

from typing import Any

from harness.domain.results import Ledger


def _rows(story: Any) -> list[tuple[str, str, Ledger]]:
    return [
        (f"{row.slot:%H:%M}", row.type, row.ledger) for row in story.settle().judged().slots
    ]


def test_stored_units_by_slot_and_type(story: Any) -> None:
    """Each slot and type has a row of its own, oldest first."""
    story.at("08:00:30").start().operate(2).operate(1, type="CODE_128")
    story.at("08:03:30").post("08:00:00 QR_CODE 2", "08:00:00 CODE_128 1").operate(4)
    story.at("08:06:30").post("08:03:00 QR_CODE 4").stop()
    assert _rows(story) == [
        ("08:00", "CODE_128", Ledger(performed=1, stored=1)),
        ("08:00", "QR_CODE", Ledger(performed=2, stored=2)),
        ("08:03", "QR_CODE", Ledger(performed=4, stored=4)),
    ]


def test_misplaced_units_show_in_both_slots(story: Any) -> None:
    """Units in the wrong slot are neither lost nor invented, and neither row balances."""
    story.at("08:00:30").start().operate(2)
    story.at("08:03:30").post("08:03:00 QR_CODE 2").stop()
    rows = story.settle().judged().slots
    assert [(row.ledger.performed, row.ledger.stored) for row in rows] == [(2, 0), (0, 2)]
    assert [row.is_balanced for row in rows] == [False, False]


def test_rows_add_up(story: Any) -> None:
    """The ledger of a recording is the sum of its rows."""
    story.at("08:00:30").start().operate(2)
    story.at("08:03:30").post("08:00:00 QR_CODE 2", fate="failed").operate(3).stop()
    judged = story.settle().judged()
    total = Ledger()
    for row in judged.slots:
        total = total.plus(row.ledger)
    assert judged.ledger == total
    assert total.performed == 5
