"""One request with its answer, as a capture holds it."""

from dataclasses import dataclass
from datetime import datetime

#: HTTP has three digits for a status.
MOST_STATUS = 999


@dataclass(frozen=True)
class Flow:
    """
    One request and what came of it.

    Attributes:
        position: Where it stands in its file, counted from 0.
        at, over_at: When the request began, and when its answer had come or failed.
        url: In full.
        body: Of the request, with any content encoding undone.
        status: HTTP status; ``None``: no answer came.
        answer: Body of the answer; ``None``: none came, or the capture does not hold it.
        is_answer_held: Whether the capture would hold the body of an answer.
        connection: The connection or page load it belongs to, where that is known.
    """

    position: int
    at: datetime
    over_at: datetime
    method: str
    url: str
    body: bytes = b""
    status: int | None = None
    answer: bytes | None = None
    is_answer_held: bool = True
    connection: str | None = None


def as_text(value: str) -> str:
    """Return *value* as text that a file can hold: JSON and HTTP can spell what is none."""
    return value.encode(errors="backslashreplace").decode()


@dataclass(frozen=True)
class Unreadable:
    """An entry of a capture that cannot be read, and why."""

    position: int
    problem: str
