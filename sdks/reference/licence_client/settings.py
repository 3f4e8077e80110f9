"""What the application configures."""

from pathlib import Path
from typing import NamedTuple

from licence_client.generation import DLS, Generation


class Settings(NamedTuple):
    """
    The configuration of one client; `None` means: not set.

    `servers` holds the main server's URL and, if there is one, the standby's. `ca_file`
    names the only authority that is trusted for https servers. `request_timeout_s` limits
    each request, in seconds of real time.
    """

    cache_dir: Path
    servers: tuple[str, ...]
    handshake_code: str | None = None
    organization_id: str | None = None
    session_password: str | None = None
    product_keys: str | None = None
    generation: Generation = DLS
    product: str = "dbr"
    ca_file: str | None = None
    request_timeout_s: float = 10.0

    @property
    def is_scanner(self) -> bool:
        """Whether the product reads codes from video; a scanned page is never a repeat."""
        return self.product != "dwt"
