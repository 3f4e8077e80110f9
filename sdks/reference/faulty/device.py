"""Defects of the client UUID that show in one kind of life of a device alone."""

from datetime import UTC, datetime, timedelta
from typing import override
from uuid import NAMESPACE_URL, uuid5

from licence_client import LicenceClient, LicenceError
from licence_client.errors import SERVER_CODE_BASE
from licence_client.files import write_whole
from licence_client.identity import Identity
from licence_client.licence import Grant, LocalLicences


class RoamingIdentity(Identity):
    """Keeps a copy where all of the user's devices can reach it."""

    @override
    def client_uuid(self) -> str:
        copy = self.settings.cache_dir.parent / "roaming-uuid"
        is_over = LocalLicences(self.settings).now_valid() is None
        if is_over and self.path.exists() and copy.exists():
            write_whole(self.path, copy.read_bytes())
        client_uuid = super().client_uuid()
        write_whole(copy, client_uuid.encode())
        return client_uuid


class UuidRoams(LicenceClient):
    """
    A device whose licence has ended restores its UUID from the user's profile, where
    another device has left its own.
    """

    identity_type = RoamingIdentity


class TwoFormsIdentity(Identity):
    """Makes a UUID in one form and reads it in another."""

    @override
    def client_uuid(self) -> str:
        is_new = not self.path.exists()
        client_uuid = super().client_uuid()
        return client_uuid.upper() if is_new else client_uuid


class UuidChangesForm(LicenceClient):
    """The session that makes the UUID says it in upper case; it is stored in lower case."""

    identity_type = TwoFormsIdentity


class ExpiringIdentity(Identity):
    """Goes the way of all old files."""

    @override
    def client_uuid(self) -> str:
        last_used = self.settings.cache_dir / "last-used"
        now = datetime.now(UTC)
        if last_used.exists():
            unused = now - datetime.fromisoformat(last_used.read_text())
            if unused > timedelta(days=30):
                self.path.unlink(missing_ok=True)
        write_whole(last_used, now.isoformat().encode())
        return super().client_uuid()


class UuidExpires(LicenceClient):
    """What has not been touched for thirty days is purged from the cache, UUID and all."""

    identity_type = ExpiringIdentity


class RefusalClearsCache(LicenceClient):
    """Upon a refusal all that belongs to the licence is removed, and the UUID with it."""

    @override
    def authorise(self) -> Grant:
        try:
            return super().authorise()
        except LicenceError as error:
            if -199 <= error.code - SERVER_CODE_BASE <= -101:
                self.identity.path.unlink(missing_ok=True)
            raise


class ClockIdentity(Identity):
    """Has the clock for a source of chance."""

    @override
    def new_uuid(self) -> str:
        return str(uuid5(NAMESPACE_URL, datetime.now(UTC).isoformat(timespec="seconds")))


class UuidFromClock(LicenceClient):
    """The UUID is made from the time in seconds, as though no two devices had one."""

    identity_type = ClockIdentity
