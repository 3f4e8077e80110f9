"""A handshake code: what an application names to say which licences it is good for."""

from typing import Literal

from mock_server.world.part import Part, Units
from mock_server.world.validation_field import ValidationField


class HandshakeCode(Part, frozen=True, kw_only=True):
    """
    One handshake code, and the licence items behind it.

    Without *items* there is one item behind it, ``item-CODE``, which fits every request
    and which *quota*, *grace* and *validity* describe.

    Attributes:
        organization: ID of the organization that it belongs to.
        password: The session password that a client must present, if any.
        validation: What the application must be, one of these; empty: anything.
        items: IDs of the licence items behind it; ``None``: the one above.
        order: In which order items are tried: ``default``, see
            `mock_server.licensing.order_of_use`, or as they are ``listed``.
        quota: Units of usage that the one item is good for; ``None``: no limit.
        grace: Units that are let through on top of the quota.
        validity: How long a grant is good for, a span such as ``7d``, which it is
            where nothing is said.
        refuse: Server code with which every request is refused, ``None``: none.
        other_text: Whether it is refused with the other of the two texts that the
            server codes 100 and 111 have.
    """

    code: str
    organization: str
    password: str | None = None
    validation: tuple[ValidationField, ...] = ()
    items: tuple[str, ...] | None = None
    order: Literal["default", "listed"] = "default"
    quota: Units | None = None
    grace: Units = 0
    validity: str | None = None
    refuse: int | None = None
    other_text: bool = False
