"""Defects of the local licence that show at one age of it, or one kind of outage."""

from datetime import UTC, datetime, timedelta
from typing import override

from licence_client import LicenceClient, Settings
from licence_client.authoriser import Authoriser
from licence_client.licence import Grant
from licence_client.transport import Answer, Transport


class DayAuthoriser(Authoriser):
    """Compares days."""

    @override
    def without_server(self) -> Grant:
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.licences.valid(today) or super().without_server()


class LicenceToEndOfDay(LicenceClient):
    """The day on which a local licence ends belongs to it, to its last minute."""

    authoriser_type = DayAuthoriser


class ShortAuthoriser(Authoriser):
    """Thinks a day enough."""

    @override
    def keep(self, server: str, answer: Answer) -> Grant:
        grant = super().keep(server, answer)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        valid_until = min(grant.valid_until or tomorrow, tomorrow)
        self.licences.keep(grant._replace(valid_until=valid_until))
        return grant


class LicenceForOneDay(LicenceClient):
    """A local licence is renewed daily, so it is kept for a day, whatever was granted."""

    authoriser_type = ShortAuthoriser


class DisconnectedAuthoriser(Authoriser):
    """Is offline only where nothing can be connected to."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        super().__init__(settings, transport)
        self._has_connected = False

    @override
    def ask(self, server: str, client_uuid: str) -> Answer:
        answer = super().ask(server, client_uuid)
        self._has_connected = self._has_connected or answer.request_sent
        return answer

    @override
    def without_server(self) -> Grant:
        if self._has_connected:
            self.licences.void()
        return super().without_server()


class OfflineIfDisconnected(LicenceClient):
    """A server that answers with an error is no outage: the local licence is no help."""

    authoriser_type = DisconnectedAuthoriser
