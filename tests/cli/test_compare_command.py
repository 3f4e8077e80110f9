"""``dlscheck compare``, on results of real runs."""

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
