"""
Which licence item of a handshake code is tried first.

Source: the vendor's page on handshake codes, which names three orders and no priority
among them. They are applied one after the other: nearest expiry first, most specific
permit first, least restrictive permit first; what is still even stays as listed.
"""

from datetime import UTC, datetime
from typing import Literal

from mock_server.world.licence_item import LicenceItem

_NEVER = datetime.max.replace(tzinfo=UTC)


def in_order(
    items: tuple[LicenceItem, ...], order: Literal["default", "listed"]
) -> tuple[LicenceItem, ...]:
    """Return *items* in the order in which they are tried."""
    if order == "listed":
        return items
    return tuple(sorted(items, key=_rank))


def _rank(item: LicenceItem) -> tuple[datetime, int, int]:
    named = (item.product, item.edition, item.version, item.deployment)
    specifics = sum(one is not None for one in named)
    restrictions = len(item.validation) + (item.quota is not None)
    return (item.ends or _NEVER, -specifics, restrictions)
