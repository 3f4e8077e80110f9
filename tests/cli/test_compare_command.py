"""``dlscheck compare``, on results of real runs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def runs(played: Any, here: Any, tmp_path: Path) -> tuple[Path, Path]:
    """A run, and the same recordings without one of them."""
    less = tmp_path / "less"
    here("judge", *played.recordings[:1], "--out", less, "--allow-incomplete")
    whole = tmp_path / "whole"
    shutil.copytree(played.folder, whole)
    return whole, less


def test_page_and_words(here: Any, runs: tuple[Path, Path], tmp_path: Path) -> None:
    """What is not observed any more is told, and the page is named in the last line."""
    page = tmp_path / "pages" / "compare.html"
    ended = here("compare", *runs, "--out", page)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "dlscheck-node 1.0.0 DLS (1) -> dlscheck-node 1.0.0 DLS (2)"
    assert any(line.startswith("  unobserved  ") for line in lines)
    assert lines[-1] == f"comparison: {page}"
    assert 'href="../whole/report.html"' in page.read_text(encoding="utf-8")


def test_json(here: Any, runs: tuple[Path, Path], tmp_path: Path) -> None:
    """For programs there is the same as JSON."""
    out = ("--out", tmp_path / "c.html", "--json")
    (step,) = here("compare", *runs, *out).json
    assert step["worse"] == step["better"] == []
    assert step["unobserved"]
    assert here("compare", runs[0], runs[0], *out).json[0]["unobserved"] == []


def test_one_run_alone(here: Any, runs: tuple[Path, Path], tmp_path: Path) -> None:
    """There is nothing to compare one run with, and a folder without results is told."""
    assert "expected two runs or more" in here("compare", runs[0]).message
    missing = here("compare", runs[0], tmp_path / "none").message
    assert "none: cannot be read" in missing


def _spoilt(folder: Path, verdict: str) -> Path:
    """Let the first must rule that is satisfied have another verdict."""
    path = folder / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    rules = [r for r in results["rules"] if r["severity"] == "must"]
    next(r for r in rules if r["verdict"] == "satisfied")["verdict"] = verdict
    path.write_text(json.dumps(results), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("verdict", "fail_on", "code"),
    [
        ("violated", "never", 0),
        ("violated", "worse", 1),
        ("violated", "unobserved", 1),
        ("not-exercised", "worse", 0),
        ("not-exercised", "unobserved", 3),
        ("satisfied", "unobserved", 0),
    ],
)
def test_as_a_gate(
    here: Any, played: Any, tmp_path: Path, verdict: str, fail_on: str, code: int
) -> None:
    """It fails on what it was told to fail on, and not otherwise."""
    new = shutil.copytree(played.folder, tmp_path / "new")
    out = ("--out", tmp_path / "c.html", "--fail-on", fail_on)
    assert here("compare", played.folder, _spoilt(new, verdict), *out).code == code
