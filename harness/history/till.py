"""What an operation of one type yields just now: found once for a session and slot."""

from datetime import datetime

import msgspec

from harness.history.account import Account


class Till(msgspec.Struct, frozen=True, eq=False):
    """
    Where the units of one type are counted that a session does in one slot.

    Attributes:
        since, until: The slot, by the device's clock.
        boundary: The multiple of 180 s that is counted in it.
        down: The servers that are down.
        marks: Of whatever is done meanwhile, but at the boundary.
        owed: Whether it is done under a licence.
    """

    since: datetime
    until: datetime
    boundary: datetime
    down: frozenset[str]
    account: Account
    session: int
    client_uuids: tuple[str, ...]
    marks: int
    owed: bool
