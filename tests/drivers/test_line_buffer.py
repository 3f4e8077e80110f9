"""Claims about bytes that become lines."""

import pytest

from harness.drivers.line_buffer import LineBuffer

TEXT = b"one\n\ntwo\r\nthree"


def test_whole():
    """Bytes in one piece are split at line breaks; the rest is kept."""
    buffer = LineBuffer()
    assert buffer.feed(TEXT) == [b"one", b"", b"two\r"]
    assert buffer.unfinished == b"three"


def test_byte_by_byte():
    """The pieces in which bytes come make no difference."""
    buffer = LineBuffer()
    lines = [line for at in range(len(TEXT)) for line in buffer.feed(TEXT[at : at + 1])]
    assert lines == [b"one", b"", b"two\r"]
    assert buffer.unfinished == b"three"


def test_longest():
    """A line of just the allowed length is accepted."""
    assert LineBuffer(longest=3).feed(b"abc\n") == [b"abc"]


@pytest.mark.parametrize(
    "pieces", [[b"abcd\n"], [b"abcd"], [b"ab", b"cd"], [b"ab", b"cd\n"]]
)
def test_too_long(pieces):
    """A longer one is refused, finished or not."""
    buffer = LineBuffer(longest=3)
    with pytest.raises(OverflowError):
        list(map(buffer.feed, pieces))
    assert buffer.unfinished == b""
