"""``dlscheck baseline`` and the gate that heeds it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[2] / "sdks" / "reference"
#: One case, in which an SDK can go wrong in more than one way.
ONE = ("-k", "one-failure and status-503", "-n1", "--property-examples", "0")


@pytest.fixture
def sdk(tmp_path: Path) -> Callable[[str], Path]:
    """The reference SDK with one variant, and a baseline of its own."""

    def make(variant: str) -> Path:
        path = tmp_path / "sdk.yaml"
        path.write_text(
            f'name: acme\ndriver:\n  command: ["{{python}}", {REFERENCE}/driver.py]\n'
            f'  env: {{DLS_VARIANT: "{variant}"}}\nbaseline: known.yaml\n',
            encoding="utf-8",
        )
        return path

    (tmp_path / "known.yaml").write_text("entries: []\n", encoding="utf-8")
    return make


def test_life_cycle(dlscheck: Any, sdk: Any, tmp_path: Path) -> None:
    """Red, excused, green, fixed, stale, removed, green; another failure stays red."""
    out, known = tmp_path / "out", tmp_path / "known.yaml"
    gate = ("--allow-incomplete", "--out", out, *ONE)
    update = ("baseline", "update", known, "--results", out)

    red = dlscheck("run", sdk("retries-at-next-tick"), *gate)
    assert red.code == 1
    who = ("--reason", "being rewritten", "--owner", "sync", "--expires", "2999-12-31")
    added = dlscheck(*update, *who, "--ticket", "ACME-7")
    assert (added.code, added.out) == (0, f"{known}: 1 entries added, 0 removed, 0 kept\n")

    green = dlscheck("run", sdk("retries-at-next-tick"), *gate, "-q")
    assert (green.code, green.err) == (0, "")
    assert "conforms but for known failures" in " ".join(green.out.split())
    findings = json.loads((out / "results.json").read_text(encoding="utf-8"))["rules"]
    told = {f["baseline"] for rule in findings for f in rule["findings"]}
    assert told == {"being rewritten (sync, ACME-7, until 2999-12-31)"}
    assert 'failures="0"' in (out / "junit.xml").read_text(encoding="utf-8")

    assert dlscheck("run", sdk("drops-failed"), *gate).code == 1

    fixed = dlscheck("run", sdk(""), *gate)
    assert fixed.code == 4
    rule, case = "submit/failed-waits-for-next-session", "submit/one-failure/status-503"
    assert f"stale in the baseline: {rule} in {case}: its case passes now" in " ".join(
        fixed.out.split()
    )

    assert dlscheck(*update).out == f"{known}: 0 entries added, 1 removed, 0 kept\n"
    assert dlscheck("run", sdk(""), *gate).code == 0


def test_expired(here: Any, dlscheck: Any, sdk: Any, tmp_path: Path) -> None:
    """An entry that has expired still excuses, and is stale: the gate says so by 4."""
    out, known = tmp_path / "out", tmp_path / "known.yaml"
    file = sdk("retries-at-next-tick")
    assert dlscheck("run", file, "--allow-incomplete", "--out", out, *ONE).code == 1
    who = ("--reason", "r", "--owner", "o", "--expires", "2001-01-01")
    here("baseline", "update", known, "--results", out, *who)
    copy = tmp_path / "elsewhere"
    shutil.copytree(out / "recordings", copy)
    judged = here(
        "judge", *copy.iterdir(), "--allow-incomplete", "--baseline", known, "--json"
    )
    assert judged.code == 4
    assert [entry["why"] for entry in judged.json["stale"]] == ["expired on 2001-01-01"]


def test_reasons_are_needed(here: Any, dlscheck: Any, tmp_path: Path) -> None:
    """Without a reason, an owner and a date nothing is excused."""
    out = tmp_path / "out"
    faulty = REFERENCE / "faulty" / "retries-at-next-tick.yaml"
    dlscheck("run", faulty, "--allow-incomplete", "--out", out, *ONE)
    known = tmp_path / "known.yaml"
    told = here("baseline", "update", known, "--results", out)
    assert told.code == 2
    assert "--reason, --owner and --expires" in told.message
    assert not known.exists()
    who = ("--reason", "r", "--owner", "o", "--expires", "tomorrow")
    told = here("baseline", "update", known, "--results", out, *who)
    assert (told.code, "expected a date such as 2026-12-31" in told.message) == (2, True)


@pytest.mark.parametrize("text", ["{}", "no json", '{"schema": "dlscheck-results/1"}'])
def test_no_results(here: Any, tmp_path: Path, text: str) -> None:
    """What is no file of results is told in one message."""
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    told = here("baseline", "update", tmp_path / "b.yaml", "--results", path)
    assert (told.code, "expected the results of a run" in told.message) == (2, True)


def test_required(here: Any, played: Any) -> None:
    """A rule that is required fails the gate where it was not judged, and is named."""
    judge = ("judge", *played.recordings, "--allow-incomplete", "--json")
    assert here(*judge).code == 0
    assert here(*judge, "--require", "submit/failed-waits-for-next-session").code == 0
    assert here(*judge, "--require", "retention/volume").code == 3
    assert here(*judge, "--require", "identity/*").code == 3


def test_required_rule_is_unknown(here: Any, played: Any) -> None:
    """A rule that does not exist cannot be required."""
    told = here("judge", *played.recordings, "--require", "submit/by-pots")
    assert (told.code, "Did you mean 'submit/by-post'?" in told.message) == (2, True)
