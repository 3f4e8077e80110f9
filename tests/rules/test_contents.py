"""Which decoded texts a message holds: the same, however many there are to look for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.rules.contents import Contents
from harness.rules.involved import Involved

TEXTS = st.lists(st.text("abc", min_size=1, max_size=6), max_size=40, unique=True)


def _contents(texts: list[str], most: int = 1_000) -> Contents:
    contents = Contents(most)
    for entry, text in enumerate(texts):
        contents.add(text, Involved(entry, "operation"))
    return contents


@settings(max_examples=50)
@given(TEXTS, st.text("abc", max_size=20))
def test_finds_what_is_there(texts: list[str], message: str) -> None:
    """Few or many, short or long: all that the message holds are found, in their order."""
    expected = [text for text in texts if text in message]
    assert _contents(texts).found_in(message) == expected


def test_first_operation_counts() -> None:
    """A text that is decoded again is still the one of its first operation."""
    contents = _contents(["4006381333931"])
    contents.add("4006381333931", Involved(7, "another operation"))
    assert contents["4006381333931"].entry == 0


@given(TEXTS)
@settings(max_examples=20)
def test_old_ones_are_forgotten(texts: list[str]) -> None:
    """No more texts are remembered than were asked for, and those are the latest."""
    contents, message = _contents(texts, most=3), " ".join(texts)
    assert contents.found_in(message) == texts[-3:]
    assert bool(contents) == bool(texts)
