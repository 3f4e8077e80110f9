"""Whether the parts of a world fit together."""

from collections import Counter
from collections.abc import Iterable, Iterator

from harness.domain.error_codes import SECOND_TEXTS, TEXTS_2024
from harness.domain.instant import parse_span
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.organization import Organization
from mock_server.world.public_trial import PublicTrial
from mock_server.world.validation_field import ValidationField
from mock_server.world.world import World


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
    yield from _twice("licence item", (one.id for one in world.licence_items))
    for organization in world.organizations:
        yield from _default_problems(world, organization)
    for code in world.handshake_codes:
        yield from _code_problems(world, code)
    for item in world.licence_items:
        yield from _item_problems(world, item)
    if world.lag not in (None, "hosted"):
        yield from _lag_problems(world.lag)
    if world.public_trial is not None:
        yield from _trial_problems(world, world.public_trial)


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
    yield from _refusal_problems(where, code)
    yield from _span_problems(f"{where}: validity", code.validity)
    yield from _validation_problems(world, where, code.validation)
    if code.items is not None:
        yield from _behind_problems(world, where, code, code.items)


def _refusal_problems(where: str, code: HandshakeCode) -> Iterator[str]:
    if code.refuse is not None and code.refuse not in TEXTS_2024:
        known = _listed(str(one) for one in TEXTS_2024)
        yield f"{where}: expected as refuse one of {known}, got {code.refuse!r}"
    if code.other_text and code.refuse not in SECOND_TEXTS["2024"]:
        known = _listed(str(one) for one in SECOND_TEXTS["2024"])
        yield f"{where}: expected otherText only with refuse {known}, got {code.refuse!r}"


def _behind_problems(
    world: World, where: str, code: HandshakeCode, items: tuple[str, ...]
) -> Iterator[str]:
    known = {one.id for one in world.licence_items}
    for item in items:
        if item not in known:
            yield (
                f"{where}: expected as items configured licence items "
                f"({_listed(sorted(known))}), got {item!r}"
            )
    if (code.quota, code.grace, code.validity) != (None, 0, None):
        yield (
            f"{where}: expected quota, grace and validity on its licence items, "
            "got them beside items"
        )


def _item_problems(world: World, item: LicenceItem) -> Iterator[str]:
    where = f"licence item {item.id!r}"
    if item.id in {
        f"item-{one.code}" for one in world.handshake_codes if one.items is None
    }:
        yield f"{where}: expected an ID that is not that of a code's own item"
    yield from _span_problems(f"{where}: validity", item.validity)
    yield from _validation_problems(world, where, item.validation)
    if item.starts and item.ends and item.starts >= item.ends:
        yield f"{where}: expected starts before ends, got {item.starts} and {item.ends}"
    for other in item.requires:
        if other not in {one.id for one in world.licence_items}:
            yield f"{where}: expected as requires configured licence items, got {other!r}"


def _validation_problems(
    world: World, where: str, fields: tuple[ValidationField, ...]
) -> Iterator[str]:
    for field in fields:
        shared = field.value.removeprefix("*.").lower()
        if field.value.startswith("*.") and shared in world.shared_domains:
            yield (
                f"{where}: expected one sub-domain of the shared domain {shared}, "
                f"such as shop.{shared}, got {field.value!r}"
            )


def _lag_problems(lag: str) -> Iterator[str]:
    problems = tuple(_span_problems("lag", lag))
    yield from problems
    if not problems and not parse_span(lag):
        yield f"lag: expected more than nothing, got {lag!r}"


def _trial_problems(world: World, trial: PublicTrial) -> Iterator[str]:
    yield from _span_problems("publicTrial: length", trial.length)
    if world.handshake_code(trial.code) is not None:
        yield f"publicTrial: expected a code of its own, got {trial.code!r}"


def _span_problems(where: str, span: str | None) -> Iterator[str]:
    if span is None:
        return
    try:
        parse_span(span)
    except ValueError as error:
        yield f"{where}: {error}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
