"""What is counted: so many units on an account."""

from datetime import datetime
from typing import NamedTuple


class Account(NamedTuple):
    """
    What units are counted under.

    Attributes:
        item: ID of the licence item; ``None`` where no item stands behind the code.
        handshake_code: Of a report without one, its organization's default code, or
            the organization's ID where that has none.
        slot: The instant that the report's time label names.
    """

    item: str | None
    handshake_code: str
    client_uuid: str | None
    slot: datetime | None
    type: str | None


#: Handshake code, client UUID, slot, type, units.
Sending = tuple[str, str | None, datetime | None, str | None, int]


class Portion(NamedTuple):
    """The units that one report carries to one account."""

    account: Account
    units: int

    @property
    def sending(self) -> Sending:
        """
        What tells a portion from another on its way.

        The licence item is no part of that: the server chose it, and may choose another
        when the portion comes again.
        """
        _, handshake_code, client_uuid, slot, type_ = self.account
        return (handshake_code, client_uuid, slot, type_, self.units)
