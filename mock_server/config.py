"""What a mock licence server is told about the world it stands in for."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from harness.domain.error_codes import TEXTS_2024
from harness.domain.instant import parse_span

#: Units of usage: operations, pages or frames.
Units = Annotated[int, msgspec.Meta(ge=0)]


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
):
    """Base of the parts of a configuration: a key that no part knows is refused."""


class Organization(Part, frozen=True, kw_only=True):
    """A licensee; *default* is the handshake code that its ID alone stands for."""

    id: str
    default: str | None = None


class HandshakeCode(Part, frozen=True, kw_only=True):
    """
    One handshake code and the one licence item behind it.

    Attributes:
        organization: ID of the organization that it belongs to.
        password: The session password that a client must present, if any.
        quota: Units of usage that the licence item is good for; ``None``: no limit.
        grace: Units that are let through on top of the quota.
        validity: How long a grant is good for, a span such as ``7d``.
        refuse: Server code with which every request is refused, ``None``: none.
    """

    code: str
    organization: str
    password: str | None = None
    quota: Units | None = None
    grace: Units = 0
    validity: str = "7d"
    refuse: int | None = None


class World(Part, frozen=True, kw_only=True):
    """
    Everything that a mock's answers depend on, but for what clients reported.

    Attributes:
        wording: Which published list the texts of refusals come from.
        standby: Whether a standby server serves while the main one is up.
    """

    organizations: tuple[Organization, ...]
    handshake_codes: tuple[HandshakeCode, ...]
    wording: Literal["2021", "2024"] = "2024"
    standby: Literal["refuses-while-main-works", "always-serves"] = (
        "refuses-while-main-works"
    )

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


def check(world: World) -> None:
    """
    See that the parts of *world* fit together.

    Raises:
        ValueError: They do not; the message says what was expected and what was found.
    """
    for problem in _problems(world):
        raise ValueError(problem)


def _problems(world: World) -> Iterator[str]:
    yield from _twice("organization", (one.id for one in world.organizations))
    yield from _twice("handshake code", (one.code for one in world.handshake_codes))
    for organization in world.organizations:
        yield from _default_problems(world, organization)
    for code in world.handshake_codes:
        yield from _code_problems(world, code)


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name!r}: expected once, got {count} times"


def _default_problems(world: World, organization: Organization) -> Iterator[str]:
    if organization.default is None:
        return
    mine = [c.code for c in world.handshake_codes if c.organization == organization.id]
    if organization.default not in mine:
        yield (
            f"organization {organization.id!r}: expected as default one of its own "
            f"handshake codes ({_listed(mine)}), got {organization.default!r}"
        )


def _code_problems(world: World, code: HandshakeCode) -> Iterator[str]:
    where = f"handshake code {code.code!r}"
    if world.organization(code.organization) is None:
        known = _listed(one.id for one in world.organizations)
        yield (
            f"{where}: expected the ID of a configured organization ({known}), "
            f"got {code.organization!r}"
        )
    if code.refuse is not None and code.refuse not in TEXTS_2024:
        known = _listed(str(one) for one in TEXTS_2024)
        yield f"{where}: expected as refuse one of {known}, got {code.refuse!r}"
    try:
        parse_span(code.validity)
    except ValueError as error:
        yield f"{where}: validity: {error}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
