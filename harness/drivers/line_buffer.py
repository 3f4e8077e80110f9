"""Bytes into lines."""

#: The longest line that a driver may write.
LONGEST_LINE_BYTES = 16 * 1024 * 1024


class LineBuffer:
    """Collects bytes until they are whole lines; holds one unfinished line at most."""

    def __init__(self, longest: int = LONGEST_LINE_BYTES) -> None:
        """Accept lines of up to *longest* bytes."""
        self._longest = longest
        self._begun = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """
        Return the lines that *data* completes, without their line breaks.

        Raises:
            OverflowError: A line is too long; what there is of it was dropped.
        """
        *lines, rest = data.split(b"\n")
        if lines and self._begun:
            self._begun += lines[0]
            lines[0] = bytes(self._begun)
            self._begun.clear()
        self._begun += rest
        if len(self._begun) > self._longest or any(
            len(line) > self._longest for line in lines
        ):
            self._begun.clear()
            raise OverflowError(f"a line of more than {self._longest} bytes")
        return lines

    @property
    def unfinished(self) -> bytes:
        """What came after the last line break."""
        return bytes(self._begun)
