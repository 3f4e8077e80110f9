"""The freedoms of a start."""

from datetime import timedelta
from typing import override

from licence_client import LicenceClient, LicenceError, Settings
from licence_client.authoriser import Authoriser
from licence_client.errors import SERVER_CODE_BASE
from licence_client.files import create_whole
from licence_client.identity import Identity
from licence_client.licence import Grant
from licence_client.transport import Answer


class UrnIdentity(Identity):
    """Writes a UUID as a URN."""

    @override
    def new_uuid(self) -> str:
        return f"urn:uuid:{super().new_uuid()}"


class UuidUrn(LicenceClient):
    """The client UUID is a URN."""

    identity_type = UrnIdentity


class ProvisionalIdentity(Identity):
    """Has a UUID that is not worth keeping yet."""

    @override
    def client_uuid(self) -> str:
        return self.path.read_text() if self.path.exists() else self.new_uuid()


class UuidKeptOnceGranted(LicenceClient):
    """A new client UUID is kept from the first grant on; a start that fails forgets it."""

    identity_type = ProvisionalIdentity

    @override
    def authorise(self) -> Grant:
        grant = super().authorise()
        create_whole(self.identity.path, self.client_uuid.encode())
        return grant


class ThriceAuthoriser(Authoriser):
    """Gives a server that cannot answer three chances."""

    @override
    def ask(self, server: str, client_uuid: str) -> Answer:
        for _ in range(2):
            answer = super().ask(server, client_uuid)
            if self.is_grant(answer) or self.is_definitive(answer):
                return answer
        return super().ask(server, client_uuid)


class AsksThreeTimes(LicenceClient):
    """A server that gives no answer is asked up to three times in a start."""

    authoriser_type = ThriceAuthoriser


class IgnoresProductKeys(LicenceClient):
    """Beside an online licence product keys are not looked at."""

    @override
    def check_settings(self) -> None:
        if not (self.settings.handshake_code or self.settings.organization_id):
            super().check_settings()


class BacklogAfter25Seconds(LicenceClient):
    """The backlog goes out twenty-five seconds after the start, all at once."""

    @override
    def send_backlog(self) -> None:
        due = self.reports_due()
        self.timers.after(timedelta(seconds=25), lambda: self.submitter.submit(due))


class BacklogAfterRefusal(LicenceClient):
    """A start that is refused sends the backlog all the same, and then fails."""

    @override
    def authorise(self) -> Grant:
        try:
            return super().authorise()
        except LicenceError as error:
            if -199 <= error.code - SERVER_CODE_BASE <= -101:
                self.store.open()
                self.purge()
                super().send_backlog()
                self.store.close()
            raise


class KeepsHalfADayMore(LicenceClient):
    """Unsent reports are purged when they are thirty days and a half old."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        if self.retention is not None:
            self.retention += timedelta(hours=12)
