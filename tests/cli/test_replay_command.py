"""``dlscheck replay``, and the generated stories that it is for."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

FAULTY = "sdks/reference/faulty/retries-at-next-tick.yaml"
NODE = "sdks/node/sdk.yaml"
RULE = "submit/failed-waits-for-next-session"
STORY = """
summary: A submission fails.
exercises: [submit/failed-waits-for-next-session]
generations: [lts]
steps:
  - start
  - operate
  - fault: {do: reset, kind: usage}
  - advance: 6m
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.yaml"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_timeline_and_verdicts(dlscheck: Any, story: Path) -> None:
    """The story is told event by event, in its generation; then what the rules say."""
    ended = dlscheck("replay", story, FAULTY)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith("story: dlscheck-reference 1.0.0 (dbr, LTS, injected")
    assert "main <- usage 08:00:01: 1 QR_CODE: not stored [reset on usage 1]" in ended.out
    assert f"^ {RULE} (must)" in ended.out
    assert f"{RULE} (must) violated by client" in ended.out
    assert "offline/works-while-valid" not in ended.out


def test_conforming(dlscheck: Any, story: Path, tmp_path: Path) -> None:
    """A story that an SDK stands is no reason to fail, though it leaves rules alone."""
    ended = dlscheck("replay", story, NODE, "--out", tmp_path / "out", "--json")
    assert ended.code == 0
    (case,) = ended.json["cases"]
    assert (case["id"], case["outcome"]) == ("story", "passed")
    assert RULE in case["exercised"]
    assert (tmp_path / "out" / "results.json").exists()
    judged = dlscheck("judge", tmp_path / "out" / case["recording"], "--json")
    assert judged.json["ledger"] == ended.json["ledger"]


def test_all_cases_of_a_file(dlscheck: Any) -> None:
    """A file of several cases is played from the first to the last."""
    ended = dlscheck("replay", "cases/retention/under-thirty-days.yaml", NODE, "--json")
    assert ended.code == 0
    assert len(ended.json["cases"]) > 2


def test_not_applicable(dlscheck: Any, story: Path) -> None:
    """A story that is for another generation than the one asked for plays nothing."""
    ended = dlscheck("replay", story, NODE, "--generation", "dls")
    assert ended.code == 3
    assert ended.out.startswith("story: not applicable, for LTS only")


def test_wrong_story(dlscheck: Any, story: Path) -> None:
    """A mistake in the file is told with its line, with exit code 2."""
    story.write_text(STORY.replace("operate", "work"), encoding="utf-8")
    ended = dlscheck("replay", story, NODE)
    assert ended.code == 2
    assert ended.message.startswith(f"{story}:7: ")


def test_counterexample_of_a_run(dlscheck: Any, tmp_path: Path) -> None:
    """A run keeps the story that broke a property, tells it, and it can be replayed."""
    keys = ("-n1", "-k", "no-retry-within-session", "--property-examples", "20")
    ended = dlscheck("run", FAULTY, *keys, "--seed", "3", "--out", tmp_path)
    assert ended.code == 1
    path = tmp_path / "counterexamples" / "no-retry-within-session.yaml"
    assert "counterexamples/no-retry-within-session.yaml" in ended.out
    assert f"^ {RULE} (must)" in ended.out
    failure = ET.parse(tmp_path / "junit.xml").find(".//failure")
    assert failure is not None
    assert "main <- usage" in (failure.text or "")
    again = dlscheck("replay", path, FAULTY)
    assert again.code == 1


def test_no_generated_stories(dlscheck: Any, tmp_path: Path) -> None:
    """With --property-examples 0 there are no properties, and old stories are gone."""
    old = tmp_path / "counterexamples" / "any-story.yaml"
    old.parent.mkdir()
    old.touch()
    keys = ("-n1", "-k", "any-story or idle", "--property-examples", "0", "--json")
    ended = dlscheck("run", NODE, *keys, "--out", tmp_path)
    assert all(not c["id"].startswith("properties/") for c in ended.json["cases"])
    assert not old.exists()


def test_the_same_in_several_processes(dlscheck: Any, tmp_path: Path) -> None:
    """A seed plays the same stories in one process and in two."""
    keys = ("-k", "slot-alignment or no-retry", "--seed", "5", "--json")
    one, two = (
        dlscheck("run", NODE, f"-n{count}", *keys, "--out", tmp_path).json
        for count in (1, 2)
    )
    assert (one["seed"], len(one["cases"])) == (5, 2)
    assert one["rules"] == two["rules"]
    assert one["ledger"] == two["ledger"]
    assert [c["examples"] for c in one["cases"]] == [c["examples"] for c in two["cases"]]


def test_by_pytest_itself(dlscheck: Any, tmp_path: Path) -> None:
    """Pytest plays properties like cases, and its failure holds file and timeline."""
    pytest_of = (str(Path(dlscheck.__globals__["COMMAND"]).parent / "pytest"),)
    arguments = ("cases/properties", "--sdk", FAULTY, "-k", "no-retry", "-q")
    ended = dlscheck(*arguments, "--dls-out", tmp_path, program=pytest_of)
    assert ended.code == 1
    assert "1 failed" in ended.out
    path = tmp_path / "counterexamples" / "no-retry-within-session.yaml"
    assert f"story   {path}: play it again" in ended.out
    assert "main <- authorisation of" in ended.out
