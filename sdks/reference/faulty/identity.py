"""Defects of the client UUID."""

from typing import override
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from licence_client import LicenceClient
from licence_client.authoriser import Authoriser
from licence_client.files import create_whole
from licence_client.identity import Identity
from licence_client.licence import Grant
from licence_client.report import ReportKey
from licence_client.transport import Answer


class UuidPerStart(LicenceClient):
    """
    The shutdown removes what it takes for the session's temporary files: every start after
    it makes a new UUID.
    """

    @override
    def stop(self) -> None:
        if self.grant is not None:
            self.identity.path.unlink(missing_ok=True)
        super().stop()


class LazyIdentity(Identity):
    """Leaves it to the shutdown to save a new UUID."""

    @override
    def client_uuid(self) -> str:
        return self.path.read_text() if self.path.exists() else self.new_uuid()


class UuidLostInCrash(LicenceClient):
    """
    The client UUID is saved with the other settings at shutdown: a device whose first
    session crashes gets a new one.
    """

    identity_type = LazyIdentity

    @override
    def stop(self) -> None:
        if self.grant is not None and not self.identity.path.exists():
            create_whole(self.identity.path, self.client_uuid.encode())
        super().stop()


class ReportUuidOfItsOwn(LicenceClient):
    """
    The usage module was written by another team and derives an "installation ID" of its
    own.
    """

    @override
    def report_key(self, grant: Grant) -> ReportKey:
        key = super().report_key(grant)
        return key._replace(client_uuid=str(uuid5(UUID(key.client_uuid), "installation")))


class FreshUuidForStandby(Authoriser):
    """Builds the request for the standby from scratch."""

    @override
    def ask(self, server: str, client_uuid: str) -> Answer:
        is_main = server == self.settings.servers[0]
        return super().ask(server, client_uuid if is_main else str(uuid4()))


class UuidPerAttempt(LicenceClient):
    """
    The function that builds a request makes the UUID, too: the standby hears another one
    than the main server.
    """

    authoriser_type = FreshUuidForStandby


class DerivedIdentity(Identity):
    """Derives the UUID from the licence that the application configures."""

    @override
    def new_uuid(self) -> str:
        return str(
            uuid5(
                NAMESPACE_URL,
                self.settings.handshake_code or self.settings.organization_id or "",
            )
        )


class SharedUuid(LicenceClient):
    """
    To survive a reinstallation the UUID is derived from the handshake code, which all of a
    customer's devices share.
    """

    identity_type = DerivedIdentity


class IdentityPerLicence(Identity):
    """Keeps one UUID for each handshake code."""

    @override
    def client_uuid(self) -> str:
        selector = self.settings.handshake_code or self.settings.organization_id or ""
        self.path = (
            self.settings.cache_dir / f"client-uuid-{uuid5(NAMESPACE_URL, selector)}"
        )
        return super().client_uuid()


class UuidPerCode(LicenceClient):
    """
    The cache of the UUID lies in the licence's own section: another handshake code, another
    UUID.
    """

    identity_type = IdentityPerLicence


class FolderIdentity(Identity):
    """Derives the UUID from where the cache lies."""

    @override
    def new_uuid(self) -> str:
        return str(uuid5(NAMESPACE_URL, self.settings.cache_dir.resolve().as_uri()))


class UuidOutlivesWipe(LicenceClient):
    """
    The UUID is derived from the cache's own path: emptied, the cache has the same UUID
    again.
    """

    identity_type = FolderIdentity
