"""What takes longest is shared out among the workers of a run."""

import pytest

from harness.suite.plugin import dealt


@pytest.mark.parametrize(
    ("hands", "expected"),
    [
        (1, [9, 7, 5, 3, 1]),
        (2, [9, 5, 1, 7, 3]),
        (3, [9, 3, 7, 1, 5]),
        (8, [9, 7, 5, 3, 1]),
    ],
)
def test_deals_like_cards(hands: int, expected: list[int]) -> None:
    """Cut into equal runs, each has one of the longest at its head."""
    assert dealt([9, 7, 5, 3, 1], hands) == expected
