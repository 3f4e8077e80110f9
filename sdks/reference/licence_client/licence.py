"""Grants, and the local licences that let a client work while no server can be reached."""

import json
from datetime import UTC, datetime
from typing import NamedTuple

from licence_client.files import write_whole
from licence_client.settings import Settings


class Grant(NamedTuple):
    """
    A positive answer: who gave it, the handshake code it named, and how long it holds
    without a server.
    """

    server: str
    handshake_code: str | None
    valid_until: datetime | None


class LocalLicences:
    """The last grant for each licence selector, kept in the cache."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.cache_dir / "licences.json"
        self._main_server = settings.servers[0]
        self._selector = json.dumps(
            [settings.handshake_code, settings.organization_id, settings.product]
        )

    def valid(self, now: datetime) -> Grant | None:
        """The grant that still holds at `now` for the configured selector."""
        kept = self._read().get(self._selector)
        if kept is None or kept["validUntil"] is None:
            return None
        valid_until = datetime.fromisoformat(kept["validUntil"])
        return (
            Grant(self._main_server, kept["handshakeCode"], valid_until)
            if now < valid_until
            else None
        )

    def now_valid(self) -> Grant | None:
        """The grant that holds at this moment."""
        return self.valid(datetime.now(UTC))

    def keep(self, grant: Grant) -> None:
        """Remember a grant for the configured selector, in place of the one before."""
        valid_until = grant.valid_until.isoformat() if grant.valid_until else None
        kept = {"handshakeCode": grant.handshake_code, "validUntil": valid_until}
        self._write({**self._read(), self._selector: kept})

    def void(self) -> None:
        """
        Forget the licence for the configured selector:
        a server has refused it for good.
        """
        licences = self._read()
        if licences.pop(self._selector, None) is not None:
            self._write(licences)

    def _read(self) -> dict[str, dict[str, str | None]]:
        try:
            licences: dict[str, dict[str, str | None]] = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        return licences

    def _write(self, licences: dict[str, dict[str, str | None]]) -> None:
        write_whole(self._path, json.dumps(licences).encode())
