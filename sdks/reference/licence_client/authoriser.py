"""Asking the servers for authorisation."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from licence_client.errors import SERVER_CODE_BASE, LicenceError
from licence_client.licence import Grant, LocalLicences
from licence_client.settings import Settings
from licence_client.transport import Answer, Message, Transport

#: "Standing by" or "under maintenance": this server gives no answer, another one may.
STANDING_BY = 100


class Authoriser:
    """
    Gets a grant from the main server, else from the standby,
    else from the local licence.
    """

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self.settings = settings
        self.transport = transport
        self.licences = LocalLicences(settings)

    def authorise(self, client_uuid: str) -> Grant:
        """
        A grant to work with. One attempt a server, main first; a definitive refusal ends
        the search.

        Raises: `LicenceError` for a definitive refusal, or where no server answers and no
        local licence is valid.
        """
        for server in self.servers():
            answer = self.ask(server, client_uuid)
            if self.is_grant(answer):
                return self.keep(server, answer)
            if self.is_definitive(answer):
                self.refuse(answer)
        return self.without_server()

    def servers(self) -> tuple[str, ...]:
        """The servers to ask, in order."""
        return self.settings.servers

    def ask(self, server: str, client_uuid: str) -> Answer:
        """One attempt at one server."""
        return self.transport.post(authorisation_url(server), self.request(client_uuid))

    def request(self, client_uuid: str) -> Message:
        """The authorisation request."""
        settings = self.settings
        return {
            "clientUuid": client_uuid,
            "handshakeCode": settings.handshake_code,
            "organizationId": settings.organization_id,
            "sessionPassword": settings.session_password,
            "product": settings.product,
            "generation": settings.generation.name,
            "deploymentType": "desktop",
            "binding": {"kind": "process-name", "value": Path(sys.argv[0]).name},
            "chargeWay": "auto",
            "instances": 1,
            "alias": None,
        }

    def is_grant(self, answer: Answer) -> bool:
        """Whether the server has said yes."""
        return answer.status == 200 and answer.body.get("authorized") is True

    def is_definitive(self, answer: Answer) -> bool:
        """Whether the server has said no, and no other server is to be asked."""
        code = error_code(answer)
        return code is not None and code != STANDING_BY

    def keep(self, server: str, answer: Answer) -> Grant:
        """The grant in a positive answer; it is the local licence from now on."""
        valid_until = parse_instant(answer.body.get("validUntil"))
        grant = Grant(server, answer.body.get("handshakeCode"), valid_until)
        self.licences.keep(grant)
        return grant

    def refuse(self, answer: Answer) -> NoReturn:
        """Pass a definitive refusal on to the application; the local licence is void."""
        self.licences.void()
        code = error_code(answer) or 0
        raise LicenceError(
            SERVER_CODE_BASE - code, str(answer.body["error"].get("message", "refused"))
        )

    def without_server(self) -> Grant:
        """The local licence, if it still holds."""
        grant = self.licences.now_valid()
        if grant is None:
            raise LicenceError(
                self.settings.generation.unreachable_code,
                "The licence server cannot be reached.",
            )
        return grant


def authorisation_url(server: str) -> str:
    """Where a server takes authorisation requests; a path prefix is kept."""
    return server.rstrip("/") + "/dls/authorization"


def error_code(answer: Answer) -> int | None:
    """The error code in a server's answer."""
    error = answer.body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else None


def parse_instant(text: object) -> datetime | None:
    """An instant as a server writes it; `None` for anything else."""
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
