"""Defects of which server is spoken to."""

import json
import ssl
from datetime import UTC, datetime
from typing import override
from urllib.parse import urlsplit

from licence_client import LicenceClient
from licence_client.authoriser import STANDING_BY, Authoriser, error_code
from licence_client.files import create_whole
from licence_client.licence import Grant
from licence_client.transport import Answer, Message, Transport


class NostalgicAuthoriser(Authoriser):
    """Reads the servers from the cache, where the first start has put them."""

    @override
    def servers(self) -> tuple[str, ...]:
        path = self.settings.cache_dir / "servers.json"
        if not path.exists():
            create_whole(path, json.dumps(self.settings.servers).encode())
        return tuple(json.loads(path.read_text()))


class RemembersServer(LicenceClient):
    """
    The servers are cached at the first start; when the application moves to another one,
    the device does not follow.
    """

    authoriser_type = NostalgicAuthoriser


class PrefixlessTransport(Transport):
    """Builds the URL from host and path."""

    @override
    def send(self, method: str, url: str, message: Message) -> Answer:
        parts = urlsplit(url)
        path = parts.path[parts.path.rindex("/dls/") :]
        return super().send(method, parts._replace(path=path).geturl(), message)


class LosesPrefix(LicenceClient):
    """The path of the server's URL is lost when the request's own path is joined to it."""

    transport_type = PrefixlessTransport


class TrustingTransport(Transport):
    """Verifies nothing."""

    @override
    def tls_context(self) -> ssl.SSLContext:
        context = super().tls_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


class TrustsAnyone(LicenceClient):
    """Verification of certificates was switched off for a test server, and stayed off."""

    transport_type = TrustingTransport


class AnyHostTransport(Transport):
    """Does not compare names."""

    @override
    def tls_context(self) -> ssl.SSLContext:
        context = super().tls_context()
        context.check_hostname = False
        return context


class AnyHostName(LicenceClient):
    """A certificate of the right authority is enough, whoever it was made out to."""

    transport_type = AnyHostTransport


class ReversedAuthoriser(Authoriser):
    """Takes the servers from the end of the list."""

    @override
    def servers(self) -> tuple[str, ...]:
        return self.settings.servers[::-1]


class StandbyFirst(LicenceClient):
    """The standby is asked first."""

    authoriser_type = ReversedAuthoriser


class MainOnlyAuthoriser(Authoriser):
    """Has never heard of a second server."""

    @override
    def servers(self) -> tuple[str, ...]:
        return self.settings.servers[:1]


class NoFailover(LicenceClient):
    """The standby can be configured, and is never asked."""

    authoriser_type = MainOnlyAuthoriser


class EasygoingAuthoriser(Authoriser):
    """Takes "standing by" for a sign that all is well."""

    @override
    def is_grant(self, answer: Answer) -> bool:
        return super().is_grant(answer) or error_code(answer) == STANDING_BY


class HundredIsYes(LicenceClient):
    """Code 100 of a standby counts as a grant."""

    authoriser_type = EasygoingAuthoriser


class OnlineOnlyAuthoriser(Authoriser):
    """Keeps no local licence."""

    @override
    def without_server(self) -> Grant:
        self.licences.void()
        return super().without_server()


class NoOffline(LicenceClient):
    """Without a server the start fails, however long the local licence would still hold."""

    authoriser_type = OnlineOnlyAuthoriser


class EternalAuthoriser(Authoriser):
    """Does not look at the end of a local licence."""

    @override
    def without_server(self) -> Grant:
        grant = self.licences.valid(datetime.min.replace(tzinfo=UTC))
        return grant or super().without_server()


class LicenceForEver(LicenceClient):
    """A local licence is good for ever once it has been granted."""

    authoriser_type = EternalAuthoriser
