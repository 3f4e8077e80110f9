"""Faults in words, and as they are written in files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.documents.yaml_document import YamlDocument
from mock_server import Fault, describe

SLOT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault(do="reset"), "reset on request 1"),
        (Fault(do="status", on="usage", nth=2), "status 503 on usage 2"),
        (
            Fault(do="hang", on="authorization", times=3, device="a", server="main"),
            "hang on authorization 1 to 3 (device a, main)",
        ),
        (
            Fault(do="close", nth=2, times="all", client_uuid="u"),
            "close on request 2 and later (client u)",
        ),
        (
            Fault(do="refuse", on="usage", after="authorization"),
            "refuse on usage 1 (after the first authorization)",
        ),
        (
            Fault(do="reset", every=3, times=2, stored=True),
            "reset after storing on request 1 and every 3 after, 2 times",
        ),
        (
            Fault(do="truncated", bytes=7, probability=0.1, slot=SLOT),
            "truncated at byte 7 on request 1 and later (slot 2026-03-01T08:00:00.000Z, "
            "with probability 0.1)",
        ),
        (
            Fault(do="dribble", on="any", path="/dls/*", header={"X": "1"}, in_session=2),
            "dribble 2s on any 1 (path /dls/*, header X=1, number 2 of its session)",
        ),
    ],
)
def test_describes_in_one_line(fault, line) -> None:
    """A fault is told in one line that says what, on which, and where."""
    assert describe(fault) == line


def test_reads_a_fault(tmp_path: Path) -> None:
    """A fault is written in YAML with the protocol's names."""
    path = tmp_path / "fault.yaml"
    path.write_text("{kind: usage, do: lose-answer, times: all, clientUuid: u}")
    fault = YamlDocument(path).convert(Fault)
    assert fault == Fault(do="lose-answer", on="usage", times="all", client_uuid="u")


def test_reads_all_of_a_fault(tmp_path: Path) -> None:
    """Instants and maps are written as anywhere in YAML."""
    path = tmp_path / "fault.yaml"
    path.write_text(
        "{do: truncated, kind: any, slot: 2026-03-01T09:00:00+01:00, bytes: 3,"
        " header: {X-A: '1'}, query: {q: '*'}, probability: 0.5, inSession: 2}"
    )
    assert YamlDocument(path).convert(Fault) == Fault(
        do="truncated",
        on="any",
        slot=SLOT,
        bytes=3,
        header={"X-A": "1"},
        query={"q": "*"},
        probability=0.5,
        in_session=2,
    )
