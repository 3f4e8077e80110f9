"""Everything that a mock's answers depend on, but for what clients did."""

from typing import Literal

from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.organization import Organization
from mock_server.world.part import Part
from mock_server.world.public_trial import PublicTrial

Server = Literal["main", "standby"]


class World(Part, frozen=True, kw_only=True):
    """
    Everything that a mock's answers depend on, but for what clients did.

    Attributes:
        period: Whose rules of grace, seats and validity hold, see
            `mock_server.licensing.period`.
        wording: Which published list the texts of refusals come from.
        standby: Whether a standby server serves while the main one is up.
        lag: How often the servers exchange what they know, a span such as ``2m``, or
            ``hosted``: as often as the vendor's did in the period; ``None``: at once.
        partitioned: Whether the two servers cannot reach each other.
        maintenance: The servers that refuse since they are being worked on.
        public_trial: What a request gets that names nobody; ``None``: a refusal.
        cloned_clients: Client UUIDs that are taken for clones.
        shared_domains: Domains whose sub-domains belong to different people.
    """

    organizations: tuple[Organization, ...]
    handshake_codes: tuple[HandshakeCode, ...]
    licence_items: tuple[LicenceItem, ...] = ()
    period: Literal["lts", "lts-2021", "2.2.19", "2.4"] = "2.4"
    wording: Literal["2021", "2024"] = "2024"
    standby: Literal["refuses-while-main-works", "always-serves"] = (
        "refuses-while-main-works"
    )
    lag: str | None = None
    partitioned: bool = False
    maintenance: tuple[Server, ...] = ()
    public_trial: PublicTrial | None = None
    cloned_clients: tuple[str, ...] = ()
    shared_domains: tuple[str, ...] = ("github.io", "netlify.app", "vercel.app")

    def organization(self, id: str | None) -> Organization | None:  # noqa: A002
        """Return the organization with that ID, if there is one."""
        return next((one for one in self.organizations if one.id == id), None)

    def handshake_code(self, code: str | None) -> HandshakeCode | None:
        """Return what is configured for *code*, if anything is."""
        return next((one for one in self.handshake_codes if one.code == code), None)

    def default_codes(self) -> dict[str, str]:
        """Return the default handshake code of every organization that has one."""
        return {one.id: one.default for one in self.organizations if one.default}


#: One organization with two handshake codes, of which the first is its default.
DEFAULT_WORLD = World(
    organizations=(Organization(id="200001", default="200001-demo"),),
    handshake_codes=(
        HandshakeCode(code="200001-demo", organization="200001"),
        HandshakeCode(code="200001-other", organization="200001"),
    ),
)
