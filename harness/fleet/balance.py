"""The ledger of a fleet: what was done, and where it is now."""

from collections.abc import Iterable, Mapping

import msgspec

from harness.fleet.device import Device

#: So many devices are named that do not balance.
_MOST_NAMED = 5


class Imbalance(msgspec.Struct, frozen=True, kw_only=True):
    """A device whose units are not where they should be; *excess*: too many are stored."""

    client_uuid: str
    performed: int
    stored: int
    pending: int
    purged: int
    excess: int


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """
    The ledger of a whole fleet: performed = stored + pending + purged.

    Attributes:
        is_told_by_server: Whether *stored* is what the server says; else it is what was
            acknowledged.
        lost, invented: Units that are stored too little on some devices, and too much on
            others.
        off: How many devices do not balance; *named* are some of them.
    """

    performed: int
    stored: int
    pending: int
    purged: int
    is_told_by_server: bool
    lost: int
    invented: int
    off: int
    named: tuple[Imbalance, ...]

    @property
    def is_balanced(self) -> bool:
        """Whether nothing was lost and nothing invented, on any device."""
        return not self.off


def balance_of(devices: Iterable[Device], stored: Mapping[str, int] | None) -> Balance:
    """Return the ledger of *devices*, of which a server says that it has *stored* this."""
    performed = there = pending = purged = 0
    off = []
    for device in devices:
        has = device.acknowledged if stored is None else stored.get(device.uuid, 0)
        excess = has + device.pending + device.purged - device.performed
        if excess:
            off.append(_imbalance(device, has, excess))
        performed += device.performed
        there += has
        pending += device.pending
        purged += device.purged
    return Balance(
        performed=performed,
        stored=there,
        pending=pending,
        purged=purged,
        is_told_by_server=stored is not None,
        lost=-sum(one.excess for one in off if one.excess < 0),
        invented=sum(one.excess for one in off if one.excess > 0),
        off=len(off),
        named=tuple(off[:_MOST_NAMED]),
    )


def _imbalance(device: Device, stored: int, excess: int) -> Imbalance:
    return Imbalance(
        client_uuid=device.uuid,
        performed=device.performed,
        stored=stored,
        pending=device.pending,
        purged=device.purged,
        excess=excess,
    )
