"""Defects in getting authorised."""

from datetime import timedelta
from typing import override

from licence_client import LicenceClient, LicenceError
from licence_client.authoriser import Authoriser
from licence_client.errors import LICENCE_CONFLICT, NO_LICENCE
from licence_client.files import create_whole
from licence_client.identity import Identity
from licence_client.licence import Grant
from licence_client.transport import Answer, Message


class AuthorisesLate(LicenceClient):
    """
    So that the application's window opens sooner, a device without a licence says yes and
    asks a second later.
    """

    _has_asked = True

    @override
    def authorise(self) -> Grant:
        if self.authoriser.licences.now_valid() is not None:
            return super().authorise()
        self._has_asked = False
        self.timers.after(timedelta(seconds=1), self._ask)
        return Grant(self.settings.servers[0], handshake_code=None, valid_until=None)

    @override
    def send_backlog(self) -> None:
        if self._has_asked:
            super().send_backlog()

    def _ask(self) -> None:
        try:
            self.grant = super().authorise()
        except LicenceError:
            self.stop()
            return
        self._has_asked = True
        self.submitter.server = self.grant.server
        self.send_backlog()


class LateIdentity(Identity):
    """Returns what it has read, not what it has then written."""

    @override
    def client_uuid(self) -> str:
        known = self.path.read_text() if self.path.exists() else ""
        if not known:
            create_whole(self.path, self.new_uuid().encode())
        return known


class FirstRequestWithoutUuid(LicenceClient):
    """
    On an empty device the UUID is made and written, but the empty one is what the first
    session works with.
    """

    identity_type = LateIdentity


class NormalisingAuthoriser(Authoriser):
    """Treats a handshake code like an e-mail address."""

    @override
    def request(self, client_uuid: str) -> Message:
        code = self.settings.handshake_code
        return {
            **super().request(client_uuid),
            "handshakeCode": code and code.strip().lower(),
        }


class CodeNormalised(LicenceClient):
    """
    The handshake code is trimmed and put in lower case before a server is asked; reports
    carry it as configured.
    """

    authoriser_type = NormalisingAuthoriser


class RefusalSwallowed(LicenceClient):
    """
    The callback says that the request is over, and the application is told that it went
    well.
    """

    @override
    def start(self) -> None:
        try:
            super().start()
        except LicenceError as error:
            if error.code in (
                NO_LICENCE,
                LICENCE_CONFLICT,
                self.settings.generation.unreachable_code,
            ):
                raise


class TwoKindsAuthoriser(Authoriser):
    """Sends whatever is configured."""

    @override
    def request(self, client_uuid: str) -> Message:
        product_keys = self.settings.product_keys
        both = {"productKeys": product_keys} if product_keys else {}
        return {**super().request(client_uuid), **both}


class TwoLicenceKinds(LicenceClient):
    """
    Nobody checks that product keys exclude a tracked licence: both are in the request, and
    the server may choose.
    """

    authoriser_type = TwoKindsAuthoriser

    @override
    def check_settings(self) -> None:
        if not (self.settings.handshake_code or self.settings.organization_id):
            super().check_settings()


class UnreachableSwallowed(LicenceClient):
    """A network error is logged and forgotten: the application hears that all is well."""

    @override
    def start(self) -> None:
        try:
            super().start()
        except LicenceError as error:
            if error.code != self.settings.generation.unreachable_code:
                raise


class PasswordlessAuthoriser(Authoriser):
    """Knows of no session password."""

    @override
    def request(self, client_uuid: str) -> Message:
        return {**super().request(client_uuid), "sessionPassword": None}


class PasswordLeftOut(LicenceClient):
    """The session password is read from the settings and never put into the request."""

    authoriser_type = PasswordlessAuthoriser


class StubbornAuthoriser(Authoriser):
    """Asks a server that cannot answer five times."""

    @override
    def ask(self, server: str, client_uuid: str) -> Answer:
        for _ in range(4):
            answer = super().ask(server, client_uuid)
            if self.is_grant(answer) or self.is_definitive(answer):
                return answer
        return super().ask(server, client_uuid)


class AsksFiveTimes(LicenceClient):
    """A retry loop was added for bad networks, and its bound is generous."""

    authoriser_type = StubbornAuthoriser


class CountsWhenRefused(LicenceClient):
    """
    A refusal is surfaced, but the session goes on behind the application's back: it counts
    and reports.
    """

    @override
    def start(self) -> None:
        try:
            super().start()
        except LicenceError as error:
            if error.code not in (NO_LICENCE, LICENCE_CONFLICT):
                self.open_session(
                    Grant(self.settings.servers[0], handshake_code=None, valid_until=None)
                )
            raise
