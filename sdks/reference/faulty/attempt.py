"""Defects of a request for authorisation that show in one kind of start alone."""

from typing import ClassVar, NoReturn, override

from licence_client import LicenceClient, LicenceError
from licence_client.authoriser import Authoriser, error_code
from licence_client.errors import NO_LICENCE
from licence_client.files import create_whole
from licence_client.licence import Grant
from licence_client.transport import Answer, Message

#: "The quota is used up."
_QUOTA = 120
#: "Several devices use one UUID": younger than the table that this SDK was made from.
_CLONED = 151


class PersistentAuthoriser(Authoriser):
    """Asks a busy server again, four times."""

    @override
    def ask(self, server: str, client_uuid: str) -> Answer:
        for _ in range(4):
            answer = super().ask(server, client_uuid)
            if answer.status != 503:
                return answer
        return super().ask(server, client_uuid)


class AsksAgainWhenBusy(LicenceClient):
    """A busy server will soon have time, so the start goes on asking it."""

    authoriser_type = PersistentAuthoriser


class StatusAuthoriser(Authoriser):
    """Takes every 200 for a grant that does not say otherwise."""

    @override
    def is_grant(self, answer: Answer) -> bool:
        return answer.status == 200 and error_code(answer) is None


class GarbledIsGrant(LicenceClient):
    """An answer with status 200 that cannot be parsed counts as a yes."""

    authoriser_type = StatusAuthoriser


class AsciiAuthoriser(Authoriser):
    """Has question marks for what is not ASCII."""

    @override
    def request(self, client_uuid: str) -> Message:
        code = self.settings.handshake_code
        ascii_code = code and code.encode("ascii", "replace").decode()
        return {**super().request(client_uuid), "handshakeCode": ascii_code}


class CodeInAscii(LicenceClient):
    """The handshake code goes through a function that knows ASCII alone."""

    authoriser_type = AsciiAuthoriser


class CuttingAuthoriser(Authoriser):
    """Has room for 63 characters and the zero that ends them."""

    @override
    def request(self, client_uuid: str) -> Message:
        code = self.settings.handshake_code
        return {**super().request(client_uuid), "handshakeCode": code and code[:63]}


class CodeCutShort(LicenceClient):
    """The handshake code is copied into a buffer of 64 bytes."""

    authoriser_type = CuttingAuthoriser


class LenientAuthoriser(Authoriser):
    """Takes a used-up quota for a warning."""

    @override
    def is_grant(self, answer: Answer) -> bool:
        return super().is_grant(answer) or error_code(answer) == _QUOTA


class QuotaIsWarning(LicenceClient):
    """Code 120 is only logged: the customer will surely buy more."""

    authoriser_type = LenientAuthoriser


class ForgivingAuthoriser(Authoriser):
    """Has something better than a refusal."""

    @override
    def is_definitive(self, answer: Answer) -> bool:
        return super().is_definitive(answer) and self.licences.now_valid() is None


class RefusalFallsBack(LicenceClient):
    """After any answer but a yes the local licence is tried, after a refusal too."""

    authoriser_type = ForgivingAuthoriser


class OldTableAuthoriser(Authoriser):
    """Knows the codes of last year."""

    @override
    def refuse(self, answer: Answer) -> NoReturn:
        if error_code(answer) == _CLONED:
            raise LicenceError(NO_LICENCE, "Unknown error.")
        super().refuse(answer)


class NewestCodeUnknown(LicenceClient):
    """Server codes go through a table, and the newest one is not in it."""

    authoriser_type = OldTableAuthoriser


class RememberingAuthoriser(Authoriser):
    """Keeps the session password in the cache."""

    @override
    def request(self, client_uuid: str) -> Message:
        path = self.settings.cache_dir / "password"
        if self.settings.session_password and not path.exists():
            create_whole(path, self.settings.session_password.encode())
        password = path.read_text() if path.exists() else None
        return {**super().request(client_uuid), "sessionPassword": password}


class PasswordOfFirstStart(LicenceClient):
    """The session password is cached, and the cache is never asked whether it is stale."""

    authoriser_type = RememberingAuthoriser


class GrantInMemory(LicenceClient):
    """A process that was granted once asks no more, however long it lives."""

    _granted: ClassVar[dict[object, Grant]] = {}

    @override
    def authorise(self) -> Grant:
        settings = self.settings
        key = (settings.cache_dir, settings.servers, settings.handshake_code)
        if key not in self._granted:
            self._granted[key] = super().authorise()
        return self._granted[key]
