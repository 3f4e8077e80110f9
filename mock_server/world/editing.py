"""
What an administrator does to a world: codes, defaults, licence files.

Source: the vendor's pages on handshake codes and licence files, and its release notes.
Everything returns a new world; the old one stays as it is.
"""

from typing import Literal

from msgspec import structs

from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.organization import Organization
from mock_server.world.part import Part
from mock_server.world.world import World


class LicenceFile(Part, frozen=True, kw_only=True):
    """
    Licence items as they are delivered to one organization.

    Attributes:
        name: What the code that it makes is called after the organization's ID.
        kind: How it was acquired; private trials join the default code by themselves.
    """

    name: str
    organization: str
    items: tuple[LicenceItem, ...]
    kind: Literal["purchase", "private-trial"] = "purchase"


def with_organization(world: World, organization: str) -> World:
    """Add an organization, which has no code yet."""
    if world.organization(organization) is not None:
        return world
    added = (*world.organizations, Organization(id=organization))
    return structs.replace(world, organizations=added)


def with_code(
    world: World, organization: str, name: str, items: tuple[str, ...] | None = None
) -> World:
    """
    Add the code ``ORGANIZATION-NAME``; an organization's first is its default.

    Raises:
        ValueError: There is that code already, or no such organization.
    """
    code = f"{organization}-{name}"
    owner = world.organization(organization)
    if owner is None:
        raise ValueError(f"organization: expected a configured one, got {organization!r}")
    if world.handshake_code(code) is not None:
        raise ValueError(f"handshake code: expected a new one, got {code!r}")
    added = HandshakeCode(code=code, organization=organization, items=items)
    world = structs.replace(world, handshake_codes=(*world.handshake_codes, added))
    return world if owner.default else with_default(world, code)


def with_default(world: World, code: str) -> World:
    """
    Make *code* the one default of its organization.

    Raises:
        ValueError: There is no such code.
    """
    found = world.handshake_code(code)
    if found is None:
        raise ValueError(f"handshake code: expected a configured one, got {code!r}")
    owners = tuple(
        structs.replace(one, default=code) if one.id == found.organization else one
        for one in world.organizations
    )
    return structs.replace(world, organizations=owners)


def with_file(world: World, file: LicenceFile, into: str | None = None) -> World:
    """
    Import *file*: its items join the code *into*, or a new one of their own.

    An item that comes declared invalid makes the one that is there invalid as well.

    Raises:
        ValueError: See `with_code`; or *into* is not configured.
    """
    world = _with_items(with_organization(world, file.organization), file.items)
    ids = tuple(item.id for item in file.items)
    owner = world.organization(file.organization)
    if file.kind == "private-trial" and owner is not None:
        into = into or owner.default
    if into is None:
        return with_code(world, file.organization, file.name, ids)
    return with_items(world, into, ids)


def with_items(world: World, code: str, items: tuple[str, ...]) -> World:
    """
    Put licence items behind *code*, after those that are there.

    Raises:
        ValueError: There is no such code, or it has no list of items.
    """
    found = world.handshake_code(code)
    if found is None or found.items is None:
        raise ValueError(f"handshake code: expected one with items, got {code!r}")
    behind = (*found.items, *(item for item in items if item not in found.items))
    codes = tuple(
        structs.replace(one, items=behind) if one.code == code else one
        for one in world.handshake_codes
    )
    return structs.replace(world, handshake_codes=codes)


def _with_items(world: World, items: tuple[LicenceItem, ...]) -> World:
    listed = {item.id: item for item in world.licence_items}
    for item in items:
        known = listed.get(item.id, item)
        listed[item.id] = structs.replace(known, revoked=known.revoked or item.revoked)
    return structs.replace(world, licence_items=tuple(listed.values()))
