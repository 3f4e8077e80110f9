"""The mock on its own: all clients at one address, and what outlives a restart."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mock_server import DEFAULT_WORLD, HandshakeCode, Organization, World
from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import Listening
from mock_server.serving.store import StoreFailed

OTHER_WORLD = World(
    organizations=(Organization(id="7", default="7-x"),),
    handshake_codes=(HandshakeCode(code="7-x", organization="7", quota=3),),
)
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def db(tmp_path) -> Path:
    return tmp_path / "mock.db"


def test_serves_everybody_at_one_address(tell) -> None:
    """Clients are told apart by their UUIDs; nothing is said of devices."""

    async def story(desk) -> None:
        assert (await desk.authorize(clientUuid="a")).status == 200
        assert (await desk.report(3, clientUuid="b")).json == {
            "accepted": True,
            "reports": 1,
        }
        entries = (await desk.ask("GET", "journal")).json["entries"]
        assert [entry["number"] for entry in entries] == [1, 2]
        assert not any("device" in entry["exchange"] for entry in entries)

    tell(story)


def test_is_seen_by_pages_of_all_sites(tell) -> None:
    """A browser's page of any origin may use the protocol."""

    async def story(desk) -> None:
        asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
        reply = await desk.ask("OPTIONS", "/dls/usage", **asked)
        assert reply.status == 204
        assert reply.headers["Access-Control-Allow-Origin"] == "https://shop.example"

    tell(story)


def test_standby_refuses(tell) -> None:
    """A standby server at a port of its own refuses while the main one is up."""

    async def story(desk) -> None:
        url = desk.server.urls["standby"] + "/dls/authorization"
        asked = {"clientUuid": "a", "handshakeCode": "200001-demo"}
        async with desk.http.post(url, json=asked) as answer:
            assert (await answer.json())["error"]["code"] == 100
        assert (await desk.ask("PUT", "server", {"server": "standby", "up": False})).json
        with pytest.raises(OSError, match="Cannot connect"):
            await desk.http.post(url, json=asked)

    tell(story, listening=Listening(standby_port=0))


def test_speaks_https(tell) -> None:
    """With TLS, the server's URL is https, and so is its admin API."""

    async def story(desk) -> None:
        assert desk.server.urls["main"].startswith("https://127.0.0.1:")
        assert (await desk.authorize()).status == 200
        assert (await desk.ask("GET", "overview")).status == 200

    tell(story, listening=Listening(tls=True))


def test_prefix(tell) -> None:
    """A prefix is part of the server's URL; the admin API is not below it."""

    async def story(desk) -> None:
        assert desk.server.urls["main"].endswith("/licences")
        assert (await desk.authorize(below="/licences")).status == 200
        assert (await desk.authorize()).status == 404
        assert (await desk.ask("GET", "overview")).json["requests"] == {
            "authorization": 1,
            "other": 1,
        }

    tell(story, Settings(prefix="licences"))


def test_tenants_are_apart(tell) -> None:
    """Whoever has a name has a configuration, clock, journal, ledger and faults apart."""

    async def story(desk) -> None:
        await desk.report(3, below="/t/joe")
        await desk.report(4, below="/t/joe")
        await desk.report(5)
        said = {"text": "usage times=all status=503"}
        await desk.ask("POST", "/t/ann/__dls__/faults", said)
        await desk.ask(
            "POST", "/t/ann/__dls__/clock/freeze", {"at": "2026-03-01T08:00:00Z"}
        )
        assert (await desk.report(below="/t/ann")).status == 503
        assert (await desk.report(below="/t/joe")).status == 200
        units = [tenant.mock.ledger.totals for tenant in desk.server.tenants]
        assert units == [{"200001-demo": 5}, {"200001-demo": 9}, {}]
        names = [tenant.name for tenant in desk.server.tenants]
        assert names == ["", "joe", "ann"]
        now = (await desk.ask("GET", "/t/ann/__dls__/clock")).json["now"]
        assert now == "2026-03-01T08:00:00Z"
        entries = (await desk.ask("GET", "/t/joe/__dls__/journal")).json["entries"]
        assert entries[0]["exchange"]["base"].endswith("/t/joe")

    tell(story)


def test_a_tenant_shuts_no_address(tell) -> None:
    """What would be refused to all is not for one of them to say."""

    async def story(desk) -> None:
        armed = await desk.ask("POST", "/t/joe/__dls__/faults", {"text": "usage refuse"})
        assert (armed.status, "all share" in armed.message) == (422, True)
        turned = await desk.ask(
            "PUT", "/t/joe/__dls__/server", {"server": "main", "up": False}
        )
        assert turned.status == 422

    tell(story)


def test_somebody_can_always_put_it_right(tell) -> None:
    """The last address at which the admin API can be asked is not shut."""

    async def story(desk) -> None:
        reply = await desk.ask("PUT", "server", {"server": "main", "up": False})
        assert (reply.status, "--standby-port" in reply.message) == (422, True)
        reply = await desk.ask("POST", "faults", {"text": "refuse"})
        assert reply.status == 422

    tell(story)


def test_a_fault_that_shuts_ends_with_its_disarming(tell) -> None:
    """What a fault has shut opens as soon as it is disarmed."""

    async def story(desk) -> None:
        main = desk.server.urls["main"]
        desk.server.urls["main"], asked = desk.server.urls["standby"], desk.server.admin_url
        told = {"text": "refuse server=standby"}
        number = (await desk.ask("POST", "faults", told)).json["number"]
        with pytest.raises(OSError, match="Cannot connect"):
            await desk.http.get(desk.server.urls["standby"] + "/dls/health")
        assert (await desk.ask("DELETE", f"faults/{number}")).json == {"neverFired": []}
        await (await desk.http.get(desk.server.urls["standby"] + "/dls/health")).read()
        assert asked.startswith(main)

    tell(story, listening=Listening(standby_port=0))


def test_outlives_a_restart(tell, db) -> None:
    """What was stored is there again, for everybody; the journal says what it lacks."""

    async def first(desk) -> None:
        await desk.report(3)
        await desk.report(4, below="/t/joe")

    async def second(desk) -> None:
        overview = (await desk.ask("GET", "overview")).json
        assert (overview["units"], overview["journal"]["complete"]) == (3, False)
        assert (await desk.ask("GET", "/t/joe/__dls__/overview")).json["units"] == 4
        verdict = (await desk.ask("POST", "verification", {"exactly": 0})).json
        assert verdict["met"] is None
        await desk.report(5)
        assert (await desk.ask("GET", "ledger")).json["units"] == {"200001-demo": 8}

    tell(first, db=db)
    tell(second, db=db)


def test_a_reset_outlives_a_restart(tell, db) -> None:
    """What was forgotten on purpose stays forgotten; the configuration stays."""

    async def first(desk) -> None:
        await desk.ask("PUT", "configuration", _as_json(OTHER_WORLD))
        await desk.report(3)
        assert (await desk.ask("POST", "reset")).status == 204
        await desk.report(1)

    async def second(desk) -> None:
        assert (await desk.ask("GET", "ledger")).json["units"] == {"200001-demo": 1}
        assert desk.server.tenant.world == OTHER_WORLD

    tell(first, db=db)
    tell(second, db=db)


def test_a_file_that_changed_holds_after_a_restart(tell, db) -> None:
    """The configuration of now replaces that of then; what was counted stays."""

    async def first(desk) -> None:
        await desk.report(3)

    async def second(desk) -> None:
        assert desk.server.tenant.world == OTHER_WORLD
        assert (await desk.ask("GET", "overview")).json["units"] == 3

    tell(first, db=db)
    tell(second, Settings(world=OTHER_WORLD), db=db)


def test_no_answer_before_it_is_kept(tell, db) -> None:
    """A submission that cannot be kept is not acknowledged."""

    async def story(desk) -> None:
        desk.server._store._connection.execute("PRAGMA query_only = ON")
        assert (await desk.report(3)).status == 500
        assert desk.server._store.failed.done()

    with pytest.raises(StoreFailed):
        tell(story, db=db)


def test_a_store_of_something_else_is_told(tell, db) -> None:
    """Entries that are none are not passed over."""

    async def story(desk) -> None:
        await desk.report(3)

    tell(story, db=db)
    with sqlite3.connect(db) as connection:
        connection.execute("INSERT INTO batch (entries) VALUES ('[[\"\", {}]]')")
    connection.close()
    with pytest.raises(StoreFailed, match="an entry cannot be read"):
        tell(story, db=db)


def test_begins_as_the_settings_say(tell) -> None:
    """Configuration, faults and clock are there from the first request on."""

    async def story(desk) -> None:
        assert (await desk.authorize(handshakeCode="7-x")).status == 503
        reply = await desk.authorize(handshakeCode="7-x")
        assert reply.json["validUntil"] == "2026-03-08T08:00:00.000Z"

    settings = Settings(world=OTHER_WORLD, faults=("authorization status=503",), clock=AT)
    tell(story, settings)


def test_reload(tell) -> None:
    """A file that is read again changes configuration and faults, and no counter."""
    now = [Settings(faults=("usage:9 status=503",))]
    later = Settings(world=OTHER_WORLD, faults=("usage status=503",), seed=8)

    async def story(desk) -> None:
        await desk.report(3)
        now[0] = later
        reply = await desk.ask("POST", "reload")
        assert reply.json == {"changed": ["world", "faults"], "unchanged": ["seed"]}
        assert (await desk.report(3)).status == 503
        overview = (await desk.ask("GET", "overview")).json
        assert (overview["units"], overview["faults"], overview["seed"]) == (3, 1, 0)
        assert desk.server.tenant.world == OTHER_WORLD
        assert (await desk.ask("POST", "reload")).json["changed"] == []

    tell(story, now[0], reread=lambda: now[0])


def test_a_wrong_file_changes_nothing(tell) -> None:
    """What is wrong with the file is told, and all goes on as it was."""

    def wrong() -> Settings:
        raise ValueError("mock.yaml:3: unknown key")

    async def story(desk) -> None:
        reply = await desk.ask("POST", "reload")
        assert (reply.status, reply.message) == (422, "mock.yaml:3: unknown key")
        assert desk.server.tenant.world == DEFAULT_WORLD

    tell(story, reread=wrong)


def test_names_are_bounded(tell, monkeypatch) -> None:
    """Whoever makes up names without end is told, before memory is gone."""
    monkeypatch.setattr("mock_server.serving.stand_alone._MOST_TENANTS", 2)

    async def story(desk) -> None:
        for name in ("a", "b"):
            assert (await desk.report(below=f"/t/{name}")).status == 200
        assert (await desk.report(below="/t/c")).status == 404
        assert (await desk.ask("GET", "/t/c/__dls__/overview")).status == 404

    tell(story)


def _as_json(world: World) -> object:
    import msgspec

    return msgspec.to_builtins(world)
