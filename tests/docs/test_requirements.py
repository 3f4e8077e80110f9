"""The table of requirements, held against the catalogue in both directions."""

import re
from pathlib import Path

import pytest

from harness.rules.catalogue import RULES_BY_ID

PAGE = (Path(__file__).parents[2] / "docs/requirements.md").read_text(encoding="utf-8")
ROWS = [
    line for line in PAGE.splitlines() if re.match(r"\| (?!---|section|what|open)", line)
]
RULE = re.compile(r"`([a-z]+/[a-z0-9-]+)`")


@pytest.mark.parametrize("row", ROWS)
def test_a_row_names_rules_or_says_why_none(row: str) -> None:
    """Every requirement is judged by rules that exist, or says why by none."""
    last = row.rstrip("|").rpartition("|")[2].strip()
    named = RULE.findall(last)
    assert named or last.startswith("none: ")
    assert not [rule for rule in named if rule not in RULES_BY_ID]


@pytest.mark.parametrize("rule", RULES_BY_ID)
def test_a_rule_rests_on_a_requirement(rule: str) -> None:
    """Every rule of the catalogue stands in the table."""
    assert rule in RULE.findall(PAGE)
