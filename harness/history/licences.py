"""The licences in one cache, as far as they can be seen from outside."""

from dataclasses import dataclass
from datetime import datetime

from harness.domain.message import Grant
from harness.domain.recording import Configuration


@dataclass(frozen=True)
class Selector:
    """Which licence is asked for: one that was granted is valid for just that."""

    handshake_code: str | None
    organization_id: str | None


class Licences:
    """
    What servers have granted to the device, or devices, of one cache.

    Attributes:
        were_granted: A server has authorised it at least once.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.were_granted = False
        self._ends: dict[Selector, datetime] = {}

    def has(self, configuration: Configuration, device_time: datetime) -> bool:
        """Tell whether a licence for *configuration* is still valid."""
        valid_until = self._ends.get(_selector(configuration))
        return valid_until is not None and device_time < valid_until

    def keep(self, configuration: Configuration, grant: Grant) -> None:
        """Remember what a server granted for *configuration*."""
        self.were_granted = True
        if grant.valid_until:
            self._ends[_selector(configuration)] = grant.valid_until

    def drop(self, configuration: Configuration) -> None:
        """A server has definitively refused *configuration*."""
        self._ends.pop(_selector(configuration), None)

    def clear(self) -> None:
        """The cache is gone."""
        self._ends.clear()


def _selector(configuration: Configuration) -> Selector:
    return Selector(configuration.handshake_code, configuration.organization_id)
