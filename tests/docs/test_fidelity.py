"""The page on fidelity is complete, and every test that it names is there and says so."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/mock-fidelity.md").read_text(encoding="utf-8")
ROWS = {row[2:6]: row for row in PAGE.splitlines() if row.startswith("| S-")}

#: What a licence server does, as far as public documents tell: all of these numbers.
STATEMENTS = [
    *range(1, 6),
    *range(10, 14),
    *range(20, 35),
    *range(40, 45),
    *range(50, 54),
]


def _tests() -> dict[str, str]:
    """Return what each test of the mock claims, by its name."""
    claims: dict[str, str] = {}
    for path in (ROOT / "tests/mock_server").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                claims[node.name] = claims.get(node.name, "") + (
                    ast.get_docstring(node) or ""
                )
    return claims


TESTS = _tests()


def test_every_statement_has_a_row() -> None:
    """Each statement about a licence server stands in the table, once and in order."""
    assert [*ROWS] == [f"S-{number:02}" for number in STATEMENTS]


@pytest.mark.parametrize(("number", "row"), ROWS.items())
def test_a_row_names_a_test_or_says_why_none(number: str, row: str) -> None:
    """A row names a test that says which statement it shows, or a reason."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 4
    assert all(cells)
    named = re.findall(r"`(test_\w+)`", cells[-1])
    assert named or re.fullmatch(r"none: .{10,}", cells[-1])
    for name in named:
        assert number in TESTS[name], name


def test_named_tests_exist() -> None:
    """Every test that the page names anywhere is there."""
    assert {*re.findall(r"`(test_\w+)`", PAGE)} <= {*TESTS}


def test_no_test_speaks_of_a_statement_that_is_not_there() -> None:
    """What tests say of numbers is about rows that there are."""
    told = {number for claim in TESTS.values() for number in re.findall(r"S-\d\d", claim)}
    assert told <= {*ROWS}
