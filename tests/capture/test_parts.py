"""A recording in parts says what the whole says."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.crowd import Crowd
from harness.capture.part_writer import PartWriter
from harness.capture.parts import parts_in, read_part
from harness.documents.bad_input import BadInput
from harness.domain.recording import AnyEvent, RecordingOpened, SessionStopped
from harness.history.neighbours import Aside
from harness.judge import Judge, Judgement
from harness.rules import rule
from harness.rules.tally import Tally, joined
from harness.suite.portion import portion_of

DEVICES, EXCHANGES = 150, 3_000


@pytest.fixture(scope="module")
def events() -> list[AnyEvent]:
    return list(Crowd(DEVICES).events(EXCHANGES))


def _head(events: Sequence[AnyEvent]) -> RecordingOpened:
    assert isinstance(events[0], RecordingOpened)
    return events[0]


def _whole(events: Sequence[AnyEvent]) -> Judgement:
    judging = Judge(_head(events))
    for event in events[1:]:
        judging.see(event)
    return judging.judgement()


def _written(events: Sequence[AnyEvent], folder: Path, parts: int) -> list[Path]:
    with PartWriter(folder, parts) as writer:
        for event in events:
            writer.note(event)
    return parts_in(folder)


def _joined(events: Sequence[AnyEvent], tallies: list[Tally]) -> Judgement:
    return Judge(_head(events)).judgement_of(joined(tallies))


def _bytes(judgement: Judgement) -> bytes:
    return msgspec.json.encode((judgement.rules, judgement.ledger, judgement.slots))


@pytest.mark.parametrize("parts", [1, 2, 5, 16])
@pytest.mark.parametrize("is_tight", [False, True], ids=["roomy", "tight"])
def test_parts_say_what_the_whole_says(
    events: list[AnyEvent],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    parts: int,
    is_tight: bool,
) -> None:
    """Byte by byte, in however many parts, also where memory makes the judge forget."""
    if is_tight:
        monkeypatch.setattr("harness.history.quarter.MOST_DEVICES", 6)
        monkeypatch.setattr("harness.history.quarter._MOST_PORTIONS", 10)
        monkeypatch.setattr("harness.history.neighbours._MOST_CONNECTIONS", 40)
        monkeypatch.setattr("harness.rules.rule.MOST_FINDINGS", 20)
        monkeypatch.setattr("harness.rules.tally.MOST_FINDINGS", 20)
    files = _written(events, tmp_path, parts)
    assert len(files) == parts
    tallies = [portion_of(str(file), is_part=True).tally for file in files]
    assert _bytes(_joined(events, tallies)) == _bytes(_whole(events))


def test_the_crowd_has_what_crosses_devices(events: list[AnyEvent]) -> None:
    """Two UUIDs on one connection, starts elsewhere, and many a finding."""
    violated = _whole(events).violated()
    assert "identity/stable-within-session" in violated
    assert "submit/failed-waits-for-next-session" in violated
    assert rule.MOST_FINDINGS == 1_000


@pytest.mark.parametrize("left_out", ["elsewhere_at", "first"])
def test_what_is_told_aside_matters(
    events: list[AnyEvent], tmp_path: Path, left_out: str
) -> None:
    """Without what other devices have to do with it a part says something else."""
    tallies = []
    for file in _written(events, tmp_path, 4):
        opened, seen = read_part(file)
        judging = Judge(opened.head)
        for entry, event, aside in seen:
            less: dict[str, Any] = {left_out: None}
            judging.see(event, entry, msgspec.structs.replace(aside, **less))
        tallies.append(judging.tally())
    assert _bytes(_joined(events, tallies)) != _bytes(_whole(events))


def test_an_aside_is_read_as_it_was(events: list[AnyEvent], tmp_path: Path) -> None:
    """All exchanges are in just one part, in their order, with what others told."""
    entries = []
    for file in _written(events, tmp_path, 3):
        _, seen = read_part(file)
        mine = [(entry, event, aside) for entry, event, aside in seen]
        assert [entry for entry, *_ in mine] == sorted(entry for entry, *_ in mine)
        assert all(events[entry] == event for entry, event, _ in mine)
        assert all(isinstance(aside, Aside) for *_, aside in mine)
        entries += [entry for entry, *_ in mine[:-1]]
    assert sorted(entries) == list(range(1, EXCHANGES + 1))


def test_a_part_is_missing(events: list[AnyEvent], tmp_path: Path) -> None:
    """It is named: a verdict without it would be one of something else."""
    _written(events, tmp_path, 3)[1].unlink()
    with pytest.raises(BadInput, match=r"parts 1 to 3 .* part-02-of-03\.jsonl"):
        parts_in(tmp_path)


def test_no_parts(tmp_path: Path) -> None:
    """A folder without any is none of a recording."""
    with pytest.raises(BadInput, match="expected a recording, or a folder of parts"):
        parts_in(tmp_path)


@pytest.mark.parametrize(
    ("keep", "complaint"),
    [
        (0, "1: expected a part of a recording"),
        (-1, "the part was cut off"),
        (1, "cut off"),
    ],
)
def test_a_part_was_cut_off(
    events: list[AnyEvent], tmp_path: Path, keep: int, complaint: str
) -> None:
    """It is told with its file and line."""
    (file,) = _written(events, tmp_path, 1)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:keep]))
    with pytest.raises(BadInput, match=complaint):
        portion_of(str(file), is_part=True)


@pytest.mark.parametrize("parts", [0, 17])
def test_so_many_parts_cannot_be(tmp_path: Path, parts: int) -> None:
    """Devices are divided by sixteenths."""
    with pytest.raises(BadInput, match="expected a number from 1 to 16"):
        PartWriter(tmp_path, parts)


def test_told_sessions_are_not_divided(events: list[AnyEvent], tmp_path: Path) -> None:
    """Whether a grant opens a session depends on them."""
    with PartWriter(tmp_path, 2) as writer:
        writer.note(events[0])
        with pytest.raises(BadInput, match="leave one of the two out"):
            writer.note(SessionStopped(at=events[0].at, device="a"))
