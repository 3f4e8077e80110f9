"""A fleet on its way: what is told meanwhile, and what it came to."""

import asyncio
import sys

from harness.documents.bad_input import BadInput
from harness.fleet.balance import Balance
from harness.fleet.driving import Fleet, Plan, Progress
from harness.fleet.figures import Figures
from harness.fleet.server import Server, check_loopback

_TELL_EVERY = 5


def drive(plan: Plan, url: str, connections: int) -> tuple[Balance, Figures]:
    """
    Drive the fleet of *plan* at the server at *url*.

    Raises:
        BadInput: It is no server on this machine, or cannot do what is planned.
    """
    return asyncio.run(_drive(plan, check_loopback(url), connections))


async def _drive(plan: Plan, url: str, connections: int) -> tuple[Balance, Figures]:
    async with Server(url, connections) as server:
        if plan.schedule and not await server.has_admin():
            raise BadInput(f"--fault: {url} has no admin API of a mock that would arm it")
        return await Fleet(plan, server, _tell).run()


async def _tell(progress: Progress) -> None:
    if progress.turn % _TELL_EVERY == 0 and progress.server is not None:
        server = progress.server
        print(
            f"turn {progress.turn + 1} of {progress.turns}: {server.requests} requests, "
            f"{server.failed.total()} failed, {progress.sessions} sessions",
            file=sys.stderr,
            flush=True,
        )
