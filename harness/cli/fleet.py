"""``dlscheck fleet``: thousands of simulated devices, and a ledger that has to balance."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from harness.cli.options import GenerationName
from harness.documents.bad_input import BadInput
from harness.domain.generation import GENERATIONS, SLOT_LENGTH
from harness.domain.instant import parse_span
from harness.fleet.balance import Balance
from harness.fleet.figures import Figures
from harness.fleet.schedule import parse_schedule

_MOST_DEVICES = 100_000
_LONGEST_SPAN = "30d"
_BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def fleet(
    url: Annotated[str, typer.Argument(metavar="URL", help="A server on this machine.")],
    devices: Annotated[
        int, typer.Option(min=1, max=_MOST_DEVICES, help="How many devices.")
    ] = 100,
    span: Annotated[str, typer.Option(help="How long they are used, such as 2h.")] = "1h",
    code: Annotated[str, typer.Option(help="Their handshake code.")] = "200001-demo",
    generation: Annotated[GenerationName, typer.Option(help="Of the protocol.")] = (
        GenerationName.DLS
    ),
    clock: Annotated[str, typer.Option(help="virtual, or real.")] = "virtual",
    fault: Annotated[
        list[str] | None,
        typer.Option(help="A fault, armed at once or @SPAN later; repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(help="What the devices do depends on it.")] = 0,
    connections: Annotated[
        int, typer.Option(min=1, max=5000, help="Open at a time.")
    ] = 100,
    most_seconds: Annotated[
        float, typer.Option(min=1, max=3600, help="Of real time, before it settles.")
    ] = 600,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Drive many simulated devices at a mock or test server, and balance the ledger."""
    if clock not in ("virtual", "real"):
        raise BadInput(f"--clock {clock!r}: expected virtual or real")
    try:
        schedule, turns = parse_schedule(fault or ()), _turns(span)
    except ValueError as error:
        raise BadInput(str(error)) from error
    # What drives takes longer to load than a page of help may take to appear.
    from harness.cli.fleet_run import drive
    from harness.fleet.driving import Plan

    is_virtual = clock == "virtual"
    plan = Plan(
        name=f"fleet-{secrets.token_hex(4)}",
        devices=devices,
        code=code,
        generation=GENERATIONS[generation.value],
        begin=_BEGIN if is_virtual else datetime.now(UTC),  # noqa: TID251 - real time
        turns=turns,
        seed=seed,
        is_virtual=is_virtual,
        most_seconds=most_seconds,
        schedule=schedule,
    )
    balance, figures = drive(plan, url, connections)
    print(_as_json(balance, figures) if as_json else _told(balance, figures))
    raise typer.Exit(0 if balance.is_balanced else 1)


def _turns(span: str) -> int:
    """
    Return how many slots it takes to cover *span*.

    Raises:
        BadInput: None, or too many.
        ValueError: It is no span.
    """
    turns = -(-parse_span(span) // SLOT_LENGTH)
    if not 0 < turns <= parse_span(_LONGEST_SPAN) // SLOT_LENGTH:
        raise BadInput(f"--span {span}: expected more than 0s, at most {_LONGEST_SPAN}")
    return turns


def _as_json(balance: Balance, figures: Figures) -> str:
    told = {"balanced": balance.is_balanced, "balance": balance, "figures": figures}
    return msgspec.json.format(msgspec.json.encode(told)).decode()


def _imbalance(balance: Balance) -> str:
    units = f"{balance.lost} units lost, {balance.invented} too many"
    return f": IT DOES NOT BALANCE on {balance.off} devices, {units}"


def _told(balance: Balance, figures: Figures) -> str:
    by = "as the server says" if balance.is_told_by_server else "as was acknowledged"
    answers = figures.answers
    failed = ", ".join(f"{count} {why}" for why, count in figures.failed.items())
    memory = "not known" if figures.memory_mb is None else f"{figures.memory_mb} MB"
    lines = [
        f"{figures.devices} devices, {figures.sessions} sessions, {figures.requests} "
        f"requests in {figures.seconds} s: {figures.per_second} a second",
        f"failed   {failed or 'none'}",
        f"answers  {answers.p50} ms half of them, {answers.p90} ms 90 %, {answers.p99} ms "
        f"99 %, {answers.longest} ms the longest",
        f"memory   {memory}, the server's process at most",
        f"ledger   {balance.performed} performed = {balance.stored} stored ({by}) + "
        f"{balance.pending} pending + {balance.purged} purged"
        + ("" if balance.is_balanced else _imbalance(balance)),
        *(
            f"         {one.client_uuid}: {one.performed} performed, {one.stored} stored, "
            f"{one.pending} pending, {one.purged} purged: {one.excess:+}"
            for one in balance.named
        ),
    ]
    return "\n".join(lines)
