"""A licensee."""

from mock_server.world.part import Part


class Organization(Part, frozen=True, kw_only=True):
    """A licensee; *default* is the handshake code that its ID alone stands for."""

    id: str
    default: str | None = None
