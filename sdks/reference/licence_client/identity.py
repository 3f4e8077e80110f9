"""The client UUID: made once for a cache, kept for good."""

from uuid import uuid4

from licence_client.files import create_whole
from licence_client.settings import Settings


class Identity:
    """The client UUID of one cache directory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.path = settings.cache_dir / "client-uuid"

    def client_uuid(self) -> str:
        """
        The UUID in the cache; if there is none, a new one that is on disk before anyone
        hears of it.
        """
        if not self.path.exists():
            create_whole(self.path, self.new_uuid().encode())
        return self.path.read_text()

    def new_uuid(self) -> str:
        """A UUID for a device that has none."""
        return str(uuid4())
