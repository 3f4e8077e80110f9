"""A fleet and a real mock, with faults."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from harness.documents.bad_input import BadInput
from harness.domain.generation import DLS
from harness.fleet.balance import Balance
from harness.fleet.driving import Fleet, Plan, Progress
from harness.fleet.figures import Durations, Figures
from harness.fleet.schedule import parse_schedule
from harness.fleet.server import Server, check_loopback
from mock_server.library.running import Mock, running_mock

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def mock() -> Iterator[Mock]:
    with running_mock() as mock:
        yield mock


async def _nothing(_: Progress) -> None:
    """Look on."""


def drive(
    url: str, *faults: str, turns: int = 12, **plan: object
) -> tuple[Balance, Figures]:
    told = {"name": "f", "devices": 12, "code": "200001-demo", "generation": DLS} | plan
    whole = Plan(begin=BEGIN, turns=turns, schedule=parse_schedule(faults), **told)

    async def run() -> tuple[Balance, Figures]:
        async with Server(url, 20) as server:
            return await Fleet(whole, server, _nothing).run()

    return asyncio.run(run())


def test_a_fleet_without_faults(mock: Mock) -> None:
    """All that devices did is stored, to the unit, by slot and by device."""
    balance, figures = drive(mock.url)
    assert balance.is_balanced
    assert balance.stored == balance.performed == sum(mock.units.values()) > 100
    assert (figures.failed, figures.devices) == ({}, 12)
    assert figures.sessions >= 12
    assert 0 < figures.answers.p50 <= figures.answers.p99 <= figures.answers.longest
    assert figures.memory_mb is None or figures.memory_mb > 1


@pytest.mark.parametrize("fault", ["lose-answer", "status stored", "reset", "accept-twice"])
def test_a_fleet_with_faults(mock: Mock, fault: str) -> None:
    """Answers that are lost lose no unit, and count none twice."""
    balance, figures = drive(mock.url, f"usage {fault} probability=40% times=all")
    assert balance.is_balanced, balance
    assert balance.performed == balance.stored > 50
    assert bool(figures.failed) is (fault != "accept-twice")


def test_faults_have_their_time(mock: Mock) -> None:
    """A fault that is armed later strikes nothing before, and none is left in the end."""
    _, figures = drive(mock.url, "@33m usage status=503 times=3")
    assert figures.failed == {"status 503": 3}
    early = [one for one in mock.exchanges() if one.status == 503]
    assert min(one.at for one in early) >= BEGIN + timedelta(minutes=33)


def test_a_second_fleet_has_a_ledger_of_its_own(mock: Mock) -> None:
    """What others have stored before is not counted."""
    drive(mock.url)
    balance, _ = drive(mock.url, name="g")
    assert balance.is_balanced
    assert sum(mock.units.values()) == 2 * balance.stored


def test_a_server_of_others() -> None:
    """Without an admin API, what was acknowledged is what is stored."""
    taken: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        for report in json.loads(body or b"{}").get("reports", ()):
            taken.extend(usage["count"] for usage in report["usage"])
        known = request.path.startswith("/dls/")
        said = {"accepted": True, "authorized": True}
        return web.json_response(said, status=200 if known else 404)

    async def run() -> tuple[Balance, Figures]:
        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            async with Server(f"http://127.0.0.1:{runner.addresses[0][1]}", 5) as server:
                plan = Plan("f", 4, "x", DLS, BEGIN, 9)
                return await Fleet(plan, server, _nothing).run()
        finally:
            await runner.cleanup()

    balance, _ = asyncio.run(run())
    assert balance.is_balanced
    assert not balance.is_told_by_server
    assert balance.stored == sum(taken) > 10


def test_time_runs_out(mock: Mock) -> None:
    """Turns for which there is no time are left out; the ledger balances all the same."""
    balance, figures = drive(mock.url, turns=10_000, most_seconds=0.5)
    assert balance.is_balanced
    assert figures.seconds < 60


@pytest.mark.parametrize(
    "url",
    [
        *("http://192.0.2.1:80", "http://example.com", "https://127.0.0.1", "file:///x"),
        *("http://127.0.0.1.example.com", "http://localhost@example.com", "http://0.0.0.0"),
        *("http://127.0.0.1:99999", "http://[::2]", "127.0.0.1:80", ""),
    ],
)
def test_no_other_machine(url: str) -> None:
    """A fleet is never sent anywhere else."""
    with pytest.raises(BadInput):
        check_loopback(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8480/a/", "http://[::1]", "http://localhost"]
)
def test_this_machine(url: str) -> None:
    """Names of this machine are taken, without a slash at the end."""
    assert check_loopback(url) == url.rstrip("/")


def test_a_schedule() -> None:
    """Faults are sorted by their time; those without one are armed at once."""
    told = parse_schedule(["@20m usage hang", "usage reset", "@90s usage close"])
    assert [(one.after.total_seconds(), one.fault) for one in told] == [
        *((0, "usage reset"), (90, "usage close"), (1200, "usage hang"))
    ]
    with pytest.raises(ValueError, match="expected a time span"):
        parse_schedule(["@soon usage hang"])


def test_percentiles() -> None:
    """They are right to a tenth, and cost no memory."""
    durations = Durations()
    for number in range(1, 1001):
        durations.add(number)
    told = durations.percentiles()
    assert told.p50 == pytest.approx(500, rel=0.1)
    assert told.p90 == pytest.approx(900, rel=0.1)
    assert told.p99 == pytest.approx(990, rel=0.1)
    assert told.longest == 1000
