"""Which faults are armed when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from harness.domain.instant import parse_span


@dataclass(frozen=True)
class Appointment:
    """A fault in one line of text, armed so long after the beginning."""

    after: timedelta
    fault: str


def parse_schedule(lines: Iterable[str]) -> tuple[Appointment, ...]:
    """
    Read lines such as ``usage status=503`` or ``@20m usage hang times=5``.

    Return them by time. What the fault says is for the server to read.

    Raises:
        ValueError: What follows an ``@`` is no span.
    """
    return tuple(sorted(map(_appointment, lines), key=lambda one: one.after))


def _appointment(line: str) -> Appointment:
    if not line.startswith("@"):
        return Appointment(timedelta(), line)
    span, _, fault = line[1:].partition(" ")
    return Appointment(parse_span(span), fault.strip())
