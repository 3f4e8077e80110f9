"""``dlscheck preview-upgrade`` and ``--requirements``, on recordings."""

from pathlib import Path
from typing import Any


def _older(tmp_path: Path) -> Path:
    """Return a set that knows one rule only."""
    path = tmp_path / "older.yaml"
    path.write_text("revision: '2020.1'\nrules: {auth/requested-at-start: must}\n")
    return path


def test_new_rules(here: Any, played: Any, tmp_path: Path) -> None:
    """Each rule that is new would pass, would fail or cannot be judged."""
    ended = here("preview-upgrade", *played.recordings, "--since", _older(tmp_path))
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert any(x.startswith("would pass        submit/by-post (must): ") for x in lines)
    assert any(x.startswith("cannot be judged  retention/volume") for x in lines)
    assert not any("auth/requested-at-start" in line for line in lines)


def test_nothing_is_new(here: Any, played: Any) -> None:
    """With the rules of today nothing would change."""
    ended = here("preview-upgrade", *played.recordings, "--since", "2026.1")
    assert (ended.code, ended.out[:21]) == (0, "no rule weighs more t")


def test_new_rules_turn_no_old_gate_red(here: Any, played: Any, tmp_path: Path) -> None:
    """Held to an older set, a rule that it lacks fails nothing, and is not missing."""
    judge = ("judge", *played.recordings, "--json")
    assert here(*judge).code == 3
    ended = here(*judge, "--requirements", _older(tmp_path))
    assert ended.code == 0
    assert ended.json["requirements"] == "2020.1"
