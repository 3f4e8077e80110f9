"""A main and a standby server."""

from typing import Any

import pytest
from msgspec import structs

from mock_server import HandshakeCode, LicenceItem, Organization, World
from mock_server.ledger.entry import ConfigurationChanged

A = {"handshake_code": "o-a"}
ITEM = LicenceItem(id="i", charge_way="device", quota=1, grace=0)


def _on_standby(server, **fields: Any) -> int | None:
    return server.code(server="standby", **A, **fields)


def _configure(server, **changes: Any) -> None:
    world = structs.replace(server.pair.world, **changes)
    server.tell(ConfigurationChanged(at=server.now, world=world))


def test_standby_refuses_while_main_works(desk) -> None:
    """S-51: the standby refuses while the main server works, and else serves."""
    server = desk(LicenceItem(id="i"))
    assert _on_standby(server) == 100
    assert _on_standby(server, is_main_up=False) is None
    assert _on_standby(server) == 100


def test_the_role_can_be_switched(desk) -> None:
    """S-51: whether the standby serves beside the main server is configured."""
    server = desk(LicenceItem(id="i"), standby="always-serves")
    assert _on_standby(server) is None


def test_apart_both_serve(desk) -> None:
    """S-51: a standby that cannot see the main server takes it to be gone."""
    server = desk(LicenceItem(id="i"), partitioned=True)
    assert _on_standby(server) is None
    assert server.code(**A) is None


def test_one_state_without_a_lag(desk) -> None:
    """S-52: as a rule what one server has learnt the other knows at once."""
    server = desk(ITEM)
    server.ask("u", **A)
    server.report(3, "u")
    assert _on_standby(server, client="v", is_main_up=False) == 120
    assert server.pair.state("standby") is server.pair.state("main")


def test_a_lag_lets_the_standby_know_later(desk) -> None:
    """S-52: with a lag each server learns of the other when it is due, and not before."""
    server = desk(ITEM, lag="2m")
    server.ask("u", **A)
    server.report(3, "u")
    # It is 08:00:30, and they tell each other at 08:02:00.
    server.at(seconds=89)
    server.pair.exchange(server.now)
    assert server.pair.state("standby").ledger.totals == {}
    server.at(seconds=90)
    server.pair.exchange(server.now)
    assert server.pair.state("standby").ledger.totals == {"o-a": 3}
    assert _on_standby(server, client="v", is_main_up=False) == 120


@pytest.mark.parametrize(("period", "minute"), [("lts", 2), ("2.2.19", 2), ("2.4", 10)])
def test_as_often_as_hosted_servers(desk, period, minute) -> None:
    """S-52: the vendor's own servers told each other every two, later ten minutes."""
    server = desk(LicenceItem(id="i"), lag="hosted", period=period)
    server.report(3, "u")
    for seconds, told in ((29, {}), (30, {"o-a": 3})):
        server.at(minutes=minute - 1, seconds=seconds).pair.exchange(server.now)
        assert server.pair.state("standby").ledger.totals == told


def test_a_lag_lets_one_seat_be_given_twice(desk) -> None:
    """S-52: a standby that does not know of a seat gives it away again."""
    server = desk(ITEM, lag="10m")
    assert server.code("u", **A) is None
    assert _on_standby(server, client="v", is_main_up=False) is None
    assert sorted(server.at(minutes=10).pair.state().seats.held("i", server.now)) == ["u"]
    assert server.code("w", **A) == 120
    assert sorted(server.state.seats.held("i", server.now)) == ["u", "v"]


def test_a_redelivery_to_the_other_server_counts_once(desk) -> None:
    """S-52: a lost answer of one server, and its second coming at the other, is one."""
    server = desk(LicenceItem(id="i"), lag="2m")
    server.report(3, "u", is_lost=True)
    server.report(3, "u", server="standby")
    assert server.pair.state("standby").ledger.totals == {"o-a": 3}
    server.at(minutes=2).pair.exchange(server.now)
    for name in ("main", "standby"):
        ledger = server.pair.state(name).ledger
        assert ledger.totals == {"o-a": 3}
        assert [portion.units for portion in ledger.redelivered] == [3]


def test_a_partition_is_healed(desk) -> None:
    """S-52: what was learnt apart is told when the servers can reach each other again."""
    server = desk(LicenceItem(id="i"), partitioned=True)
    server.report(1, "u")
    server.report(2, "v", server="standby")
    assert server.state.ledger.totals == {"o-a": 1}
    assert server.pair.state("standby").ledger.totals == {"o-a": 2}
    _configure(server, partitioned=False)
    assert server.state.ledger.totals == {"o-a": 3}
    assert server.pair.state("standby") is server.state


def test_nothing_is_told_through_a_partition(desk) -> None:
    """S-52: an exchange that was due during a partition waits for the next one."""
    server = desk(LicenceItem(id="i"), partitioned=True, lag="2m")
    server.report(1, "u")
    server.at(minutes=3)
    _configure(server, partitioned=False)
    assert server.pair.state("standby").ledger.totals == {}
    server.at(minutes=4).pair.exchange(server.now)
    assert server.pair.state("standby").ledger.totals == {"o-a": 1}


@pytest.mark.parametrize("wording", ["2021", "2024"])
def test_maintenance(desk, wording) -> None:
    """S-53: a server that is worked on refuses with 100, and the standby takes over."""
    server = desk(LicenceItem(id="i"), maintenance=("main",), wording=wording)
    answer = server.ask(**A)
    assert answer.code == 100
    assert "construction" in answer.text
    assert _on_standby(server) is None


def test_configuration_is_of_both(desk) -> None:
    """S-50: both servers answer by what is configured now."""
    server = desk(LicenceItem(id="i"), lag="2m")
    codes = (HandshakeCode(code="o-b", organization="o"),)
    world = World(organizations=(Organization(id="o"),), handshake_codes=codes)
    server.tell(ConfigurationChanged(at=server.now, world=world))
    assert [server.code(**A), _on_standby(server, is_main_up=False)] == [101, 101]
    assert server.code(handshake_code="o-b") is None
