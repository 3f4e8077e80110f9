"""``dlscheck judge``."""

from pathlib import Path
from typing import Any

import pytest


def test_agrees_with_the_run(dlscheck: Any, played: Any, tmp_path: Path) -> None:
    """Judging the recordings of a run gives its verdicts, its findings, its exit code."""
    ended = dlscheck("judge", *played.recordings, "--out", tmp_path, "--json")
    assert ended.code == played.ended.code
    assert ended.json["rules"] == played.results["rules"]
    assert ended.json["ledger"] == played.results["ledger"]
    assert ended.json["source"] == "judge"
    assert (tmp_path / "junit.xml").exists()


def test_cases_agree(here: Any, played: Any) -> None:
    """Each case that was played is judged as in the run, but for its times."""
    names = ("id", "outcome", "violated", "exercised", "virtualSeconds")
    judged = here("judge", *played.recordings, "--json").json["cases"]
    ran = [case for case in played.results["cases"] if case["recording"]]
    assert [[case[n] for n in names] for case in judged] == [
        [case[n] for n in names] for case in ran
    ]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda text: text[:-20], "expected one event of a recording"),
        (lambda text: b"\n".join(text.split(b"\n")[:-2]), "the recording was cut off"),
        (lambda _: b"", "is empty; expected a recording"),
        (lambda text: b"{}\n" + text, "1: expected one event of a recording"),
    ],
    ids=["half a line", "no end", "empty", "no event"],
)
def test_bad_recording(
    here: Any, played: Any, tmp_path: Path, spoil: Any, complaint: str
) -> None:
    """What is no whole recording: exit code 2 and one message with the file."""
    path = tmp_path / "bad.jsonl"
    path.write_bytes(spoil(played.recordings[0].read_bytes()))
    ended = here("judge", played.recordings[0], path)
    assert ended.code == 2
    assert ended.message.startswith(f"{path}")
    assert complaint in ended.message


def test_no_such_recording(here: Any, tmp_path: Path) -> None:
    """A recording that is not there: exit code 2 and one message."""
    ended = here("judge", tmp_path / "none.jsonl")
    assert ended.code == 2
    assert "none.jsonl: cannot be read: No such file or directory" in ended.message


def test_recordings_of_two_sdks(here: Any, played: Any, tmp_path: Path) -> None:
    """Recordings of different SDKs are not summed up: exit code 2."""
    other = tmp_path / "other.jsonl"
    text = played.recordings[0].read_bytes()
    other.write_bytes(text.replace(b'"name":"dlscheck-node"', b'"name":"another"', 1))
    ended = here("judge", played.recordings[0], other)
    assert ended.code == 2
    assert "judge them apart" in ended.message
