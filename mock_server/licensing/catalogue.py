"""A world, looked up: codes by name, the items behind them, defaults."""

from collections.abc import Iterable

from mock_server.licensing.order_of_use import in_order
from mock_server.licensing.period import PERIODS, Period
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.world import World

#: How long a grant is good for where a code stands for its one item and says nothing.
_VALIDITY = "7d"
_HELD_BY_NOBODY = ("any", "scan", "page", "app-domain")


class Catalogue:
    """
    What a world says, ready to be asked often.

    Attributes:
        period: The rules of grace, seats and validity that hold.
        has_holders: Whether any item is held by devices or seats, so that its use keeps
            them.
    """

    def __init__(self, world: World) -> None:
        """Look *world* through once; its parts must fit together."""
        self.world = world
        self.period: Period = PERIODS[world.period]
        self._codes = {one.code: one for one in world.handshake_codes}
        self._defaults = world.default_codes()
        listed = {one.id: one for one in world.licence_items}
        self._behind = {code.code: _behind(code, listed) for code in world.handshake_codes}
        own = {item.id: item for items in self._behind.values() for item in items}
        self._items = own | listed
        self.has_holders = any(
            item.charge_way not in _HELD_BY_NOBODY for item in self._items.values()
        )

    def code(self, name: str) -> HandshakeCode | None:
        """Return what is configured for the handshake code *name*, if anything is."""
        return self._codes.get(name)

    def default_code(self, organization_id: str) -> str | None:
        """Return the default code of an organization, if it has one."""
        return self._defaults.get(organization_id)

    def items(self, code: str) -> tuple[LicenceItem, ...]:
        """Return the items behind *code*, in the order in which they are tried."""
        return self._behind.get(code, ())

    def all_items(self) -> Iterable[LicenceItem]:
        """Return all licence items, codes' own ones first."""
        return self._items.values()

    def item(self, item_id: str | None) -> LicenceItem | None:
        """Return the licence item of that ID, if there is one."""
        return self._items.get(item_id or "")


def item_of_code(code: HandshakeCode) -> LicenceItem:
    """Return the licence item of a code that has no listed ones."""
    return LicenceItem(
        id=f"item-{code.code}",
        quota=code.quota,
        grace=code.grace,
        validity=code.validity or _VALIDITY,
    )


def _behind(code: HandshakeCode, listed: dict[str, LicenceItem]) -> tuple[LicenceItem, ...]:
    if code.items is None:
        return (item_of_code(code),)
    return in_order(tuple(listed[item] for item in code.items), code.order)
