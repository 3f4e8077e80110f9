"""A time span as a value that can be written in a file."""

from datetime import timedelta
from typing import Any, Self

from harness.domain.instant import parse_span, render_span


class Span(timedelta):
    """A `timedelta` that is written as ``90s``, ``3m`` or ``2d12h``."""

    @classmethod
    def parse(cls, written: Any) -> Self:
        """
        Read a span.

        Raises:
            ValueError: *written* is no such text.
        """
        if not isinstance(written, str):
            raise ValueError(f"expected a time span such as 90s or 3m, got {written!r}")
        return cls(seconds=parse_span(written).total_seconds())

    def __str__(self) -> str:
        """Write it as a file would."""
        return render_span(self)
