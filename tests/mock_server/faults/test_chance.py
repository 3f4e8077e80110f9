"""Chance is a function: of seed, client, rule and ordinal, and of nothing else."""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random  # noqa: TID251  the order of the requests is drawn, by seed
from typing import Any

import pytest

from mock_server import Fault
from mock_server.faults import Candidate, FaultPlan
from mock_server.faults.chance import chance

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLIENTS = [f"client-{n}" for n in range(20)]


def _struck(requests: Iterable[str], *faults: Fault, seed: int = 0) -> set[Any]:
    """Which requests are struck, each told by its client and which of his it is."""
    plan, counts = FaultPlan(seed), dict.fromkeys(CLIENTS, 0)
    for fault in faults:
        plan.arm(fault, NOW)
    struck = set()
    for client in requests:
        counts[client] += 1
        if plan.pick(Candidate("usage", "", "main", NOW, (client,))):
            struck.add((client, counts[client]))
    return struck


@pytest.mark.parametrize("shuffle", range(10))
def test_any_interleaving(shuffle: int) -> None:
    """The same requests are struck however those of several clients are mixed."""
    requests = CLIENTS * 30
    plain = _struck(requests, Fault(do="reset", probability=0.3))
    Random(shuffle).shuffle(requests)
    assert _struck(requests, Fault(do="reset", probability=0.3)) == plain
    assert plain


def test_about_as_often_as_told() -> None:
    """Of 600 requests some 180 are struck at a probability of 0.3."""
    assert 140 < len(_struck(CLIENTS * 30, Fault(do="reset", probability=0.3))) < 220


@pytest.mark.parametrize(("odds", "count"), [(0.0, 0), (1.0, 600)])
def test_certainty(odds: float, count: int) -> None:
    """A probability of 0 strikes nothing, one of 1 all."""
    assert len(_struck(CLIENTS * 30, Fault(do="reset", probability=odds))) == count


def test_another_seed() -> None:
    """Another seed strikes other requests."""
    fault = Fault(do="reset", probability=0.3)
    assert _struck(CLIENTS * 30, fault) != _struck(CLIENTS * 30, fault, seed=1)


def test_another_rule() -> None:
    """Two rules do not strike the same requests, wherever they stand in the plan."""
    one, other = Fault(do="reset", probability=0.3), Fault(do="close", probability=0.3)
    assert _struck(CLIENTS * 30, one) != _struck(CLIENTS * 30, other)
    both = _struck(CLIENTS * 30, one, other)
    assert both == _struck(CLIENTS * 30, other, one)
    assert both == _struck(CLIENTS * 30, one) | _struck(CLIENTS * 30, other)


def test_devices_with_addresses() -> None:
    """Where a device has an address of its own its UUIDs do not matter."""
    told = []
    for run in ("first", "second"):
        plan = FaultPlan()
        plan.arm(Fault(do="reset", probability=0.5), NOW)
        asked = Candidate("usage", "a", "main", NOW, (f"uuid-of-{run}-run",))
        told.append([plan.pick(asked) is not None for _ in range(50)])
    assert told[0] == told[1]
    assert len(set(told[0])) == 2


def test_range() -> None:
    """It is at least 0 and below 1, and differs from one ordinal to the next."""
    drawn = [chance(7, "c", "rule", n) for n in range(1000)]
    assert all(0 <= one < 1 for one in drawn)
    assert len(set(drawn)) == 1000
