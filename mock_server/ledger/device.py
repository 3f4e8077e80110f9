"""The devices that a server has heard of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Device:
    """
    One client by one handshake code and licence item.

    Attributes:
        first_seen, last_seen: When it was authorised or reported, by the server's clock.
        alias: The friendly name that it last told.
    """

    first_seen: datetime
    last_seen: datetime
    units: int = 0
    alias: str | None = None


#: Handshake code, licence item, client UUID.
DeviceKey = tuple[str, str | None, str | None]


class Devices:
    """All devices, in the order in which they were first heard of."""

    def __init__(self) -> None:
        """Begin with none."""
        self._devices: dict[DeviceKey, Device] = {}

    @property
    def all(self) -> Mapping[DeviceKey, Device]:
        """Every device by its handshake code, licence item and client UUID."""
        return self._devices

    def saw(self, key: DeviceKey, at: datetime) -> Device:
        """Note that a device was heard of *at*, and return it."""
        device = self._devices.get(key)
        if device is None:
            device = self._devices[key] = Device(first_seen=at, last_seen=at)
        elif at > device.last_seen:
            device.last_seen = at
        return device
