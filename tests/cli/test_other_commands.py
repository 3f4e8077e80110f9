"""``dlscheck rules``, ``explain`` and ``doctor``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.rules.catalogue import CATALOGUE

RULE = "submit/failed-waits-for-next-session"


def test_rules(dlscheck: Any) -> None:
    """The list has a line for every rule of the catalogue."""
    ended = dlscheck("rules")
    assert ended.code == 0
    told = [line.split()[0] for line in ended.out.splitlines()]
    assert told == [rule.id for rule in CATALOGUE]


def test_explain(here: Any) -> None:
    """One rule is explained with its severity, its source and its evidence."""
    ended = here("explain", RULE)
    assert ended.code == 0
    assert ended.out.startswith(f"{RULE} (must)\n")
    for part in ("Source:", "Violated:", "Evidence:"):
        assert part in ended.out


def test_rules_as_json(here: Any) -> None:
    """Programs get every rule with all that it says of itself."""
    listed = json.loads(here("rules", "--json").out)
    assert [entry["id"] for entry in listed] == [rule.id for rule in CATALOGUE]
    parts = ("statement", "source", "observes", "violated", "silent", "evidence")
    assert all(entry[part] for entry in listed for part in parts)
    by_id = {entry["id"]: entry for entry in listed}
    assert by_id["retention/no-limit-in-lts"]["severity"] == {"lts": "should"}


def test_explain_names_scenarios_and_faulty_sdks(here: Any) -> None:
    """One rule: what exercises it, and what shows that it can fail."""
    told = json.loads(here("explain", RULE, "--json").out)
    assert "submit/one-failure/no-answer" in told["scenarios"]
    assert "retries-at-next-tick" in told["faultySdks"]
    text = here("explain", RULE).out
    assert "\n  submit/one-failure/no-answer\n" in text
    assert "\n  retries-at-next-tick: " in text


def test_unknown_rule(here: Any) -> None:
    """An unknown rule: exit code 2, and the one that may be meant."""
    ended = here("explain", "submit/failed-waits-for-next-sesion")
    assert ended.code == 2
    assert f"Did you mean '{RULE}'? known: " in ended.message


def test_doctor_on_a_sound_driver(dlscheck: Any) -> None:
    """A sound driver: exit code 0, a line for each check."""
    ended = dlscheck("doctor", "sdks/node/sdk.yaml")
    assert ended.code == 0
    assert ended.out.endswith("the driver is sound\n")
    assert all(line.startswith("ok  ") for line in ended.out.splitlines()[:-1])


def test_doctor_on_an_unsound_driver(dlscheck: Any, sdk_file: Callable[..., Path]) -> None:
    """A driver that is not sound: exit code 5, and what is wrong with it."""
    sdk = sdk_file("class Bad(Good):\n    def stop(self, _): return None\nserve(Bad())")
    ended = dlscheck("doctor", sdk)
    assert ended.code == 5
    assert "WRONG " in ended.out
    assert "checks went wrong" in ended.out


def test_no_command(here: Any) -> None:
    """Without a subcommand the command tells what it can do."""
    ended = here()
    assert "doctor" in ended.out + ended.err
