"""``dlscheck merge``: shards say between them what one run says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

SDK = "sdks/reference/faulty/retries-at-next-tick.yaml"
#: A few cases in each shard, a generated one among them.
KEYS = "one-failure and (status-503 or reset or closed) or slot-alignment"
OPTIONS = ("-n1", "-k", KEYS, "--property-examples", "1")
_TIMES = ("started", "wallSeconds")
SHARDS = 2


@pytest.fixture(scope="module")
def runs(dlscheck: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The results of one run, and of its shards."""
    folder = tmp_path_factory.mktemp("shards")
    alone, *shards = [folder / str(number) for number in range(SHARDS + 1)]
    assert dlscheck("run", SDK, *OPTIONS, "--out", alone).code == 1
    for number, out in enumerate(shards, start=1):
        part = ("--shard", f"{number}/{SHARDS}")
        assert dlscheck("run", SDK, *OPTIONS, *part, "--out", out).code in (0, 1)
    return [alone, *shards]


def _results(folder: Path) -> Any:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def _comparable(results: Any) -> Any:
    """Return results without what differs from run to run: times, and random UUIDs."""
    for part in (results, *results["cases"]):
        for name in _TIMES:
            part.pop(name, None)
    for rule in results["rules"]:
        names = ("case", "at", "entries", "fingerprint", "expected", "baseline")
        rule["findings"] = [[one[name] for name in names] for one in rule["findings"]]
    return results


def test_the_same_as_one_run(here: Any, runs: list[Path], tmp_path: Path) -> None:
    """But for times on the wall nothing tells that there were shards."""
    alone, *shards = runs
    ended = here("merge", *shards, "--out", tmp_path)
    assert ended.code == 1
    assert ended.out.splitlines()[-1] == f"report: {tmp_path}/report.html"
    assert _comparable(_results(tmp_path)) == _comparable(_results(alone))
    for name in ("recordings", "counterexamples"):
        expected = sorted(path.name for path in (alone / name).glob("*"))
        assert sorted(path.name for path in (tmp_path / name).glob("*")) == expected
    assert (tmp_path / "junit.xml").is_file()


def test_no_case_is_played_twice(runs: list[Path]) -> None:
    """Each is in just one shard, and each shard says which one it is."""
    alone, *shards = map(_results, runs)
    ids = [case["id"] for shard in shards for case in shard["cases"]]
    assert sorted(ids) == sorted(case["id"] for case in alone["cases"])
    assert any(name.startswith("properties/") for name in ids)
    assert [shard["shard"] for shard in shards] == ["1/2", "2/2"]


def test_a_shard_is_missing(here: Any, runs: list[Path], tmp_path: Path) -> None:
    """What is left is partial, and no green one."""
    ended = here("merge", runs[1], "--out", tmp_path, "--allow-incomplete")
    assert ended.code in (1, 3)
    assert _results(tmp_path)["partial"] == "missing: shard 2/2"
    assert "PARTIAL: missing: shard 2/2" in ended.out


def test_known_failures(here: Any, runs: list[Path], tmp_path: Path) -> None:
    """The list is applied to all shards together: what it lists is excused, or stale."""
    _, *shards = runs
    known, old = tmp_path / "known.yaml", tmp_path / "out" / "results.json"
    told = ("--reason", "r", "--owner", "o", "--expires", "2999-12-31")
    here("merge", *shards, "--out", tmp_path / "out")
    assert here("baseline", "update", known, "--results", old, *told).code == 0
    options = ("--out", tmp_path / "new", "--allow-incomplete", "--baseline", known)
    assert here("merge", *shards, *options).code == 0
    entry = "  - {rule: usage/nothing-lost, case: submit/one-failure/*, reason: r, "
    with known.open("a", encoding="utf-8") as file:
        file.write(f"{entry}owner: o, expires: 2999-12-31}}\n")
    ended = here("merge", *shards, *options)
    assert ended.code == 4
    # A long path breaks the line wherever it likes.
    assert "its case passes now" in " ".join(ended.out.split())


def test_what_cannot_be_merged(here: Any, runs: list[Path], tmp_path: Path) -> None:
    """A run that is no shard, the same shard twice, or shards of another run."""
    alone, first, second = runs
    assert "is no shard" in here("merge", alone).message
    assert "is shard 1/2, like" in here("merge", first, first).message
    other = tmp_path / "other"
    shutil.copytree(second, other)
    text = (other / "results.json").read_text(encoding="utf-8")
    spoilt = text.replace('"2/2"', '"2/3"')
    (other / "results.json").write_text(spoilt, encoding="utf-8")
    assert "merge shards of one run" in here("merge", first, other).message
    spoilt = text.replace('"seed": null', '"seed": 7')
    (other / "results.json").write_text(spoilt, encoding="utf-8")
    assert "expected seed None" in here("merge", first, other).message
