"""What the application did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """
    One tracked action, such as decoding one image.

    `count` results of `usage_type` came out of it. `content` belongs to the application: it
    is neither stored nor sent.
    """

    usage_type: str
    count: int
    success: bool = True
    content: str | None = None
