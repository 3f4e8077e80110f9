"""What a device gets that names nobody."""

from mock_server.world.part import Part


class PublicTrial(Part, frozen=True, kw_only=True):
    """
    The licence of devices that were never authorised and name no licensee.

    Source: the vendor's licence FAQ, table of organization and handshake code. The
    pages give it 7 days, then 24 hours.

    Attributes:
        code: The handshake code under which its usage is counted.
        length: How long it lasts, from a device's first request on.
        organization: An organization ID that stands for naming nobody, if one does.
    """

    code: str = "public-trial"
    length: str = "24h"
    organization: str | None = None

    @property
    def item_id(self) -> str:
        """The licence item under which its usage is counted."""
        return f"item-{self.code}"
