"""Which part of the suite a shard plays."""

import pytest

from harness.documents.bad_input import BadInput
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import find_case_files, load_cases
from harness.suite.places import CASES
from harness.suite.shard import Shard, parse_shard


@pytest.mark.parametrize("of", [1, 2, 5, 16])
def test_every_case_is_in_one_shard(of: int) -> None:
    """Whatever the number of shards is, and none of a few is without work."""
    ids = frozenset(RULES_BY_ID)
    cases = [c.id for f in find_case_files(CASES) for c in load_cases(f, CASES, ids)]
    shards = [Shard(number, of) for number in range(1, of + 1)]
    taken = [[case for case in cases if shard.takes(case)] for shard in shards]
    assert sorted(case for mine in taken for case in mine) == sorted(cases)
    assert all(taken)


def test_it_is_read_as_it_is_written() -> None:
    """A shard is written as a user writes it."""
    assert parse_shard("2/5") == Shard(2, 5)
    assert str(Shard(2, 5)) == "2/5"


@pytest.mark.parametrize("text", ["", "2", "0/3", "4/3", "1/0", "1/x", "-1/2", "1/2/3"])
def test_what_is_none(text: str) -> None:
    """A mistake is told with what was expected."""
    with pytest.raises(BadInput, match="such as 1/4 to 4/4"):
        parse_shard(text)
