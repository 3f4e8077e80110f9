"""Where requests come to."""

import msgspec


class Address(msgspec.Struct, frozen=True, gc=False):
    """
    What a request came to.

    Attributes:
        device: The device that it is for; empty: anybody.
        server: Which of the pair it is.
        prefix: Path under which the server's paths are served, without a final slash.
        url: The URL that a client is told.
    """

    device: str
    server: str
    prefix: str
    url: str
