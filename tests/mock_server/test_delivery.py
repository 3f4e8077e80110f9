"""What faults do on the wire, seen by clients of plain sockets."""

import asyncio
import time

import pytest

from harness.domain.recording import FaultNeverFired, ServerTurned
from mock_server import Fault


async def _reported(stage, url) -> bytes:
    """Send a submission by a connection of its own and read until that ends."""
    client = await stage.connect(url)
    client.write("POST", "/dls/usage", stage.usage_body())
    return await client.reader.read()


def _turns(stage) -> list[tuple[str, bool]]:
    return [(e.server, e.up) for e in stage.events if isinstance(e, ServerTurned)]


@pytest.mark.parametrize(
    ("damage", "is_received", "is_stored"),
    [
        ("close-before-reading", False, False),
        ("reset", True, False),
        ("lose-answer", True, True),
    ],
)
def test_resets(play, damage, is_received, is_stored) -> None:
    """These faults end the connection with a RST; only a lost answer leaves a trace."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do=damage))
        with pytest.raises(ConnectionResetError):
            await _reported(stage, url)
        assert bool(stage.mock.ledger.totals) is is_stored

    event = play(story).last
    assert (event.received, event.stored) == (is_received, is_stored)
    assert (event.status, event.answer) == (None, None)
    assert event.request.reports[0].client_uuid == "c0ffee"
    assert event.fault == f"{damage} on request 1"
    assert (event.delivery.closing, event.delivery.answer_bytes) == ("reset", 0)


def test_closes(play) -> None:
    """After ``close`` the client reads the end of the connection and nothing else."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="close"))
        assert await _reported(stage, url) == b""
        assert not stage.mock.ledger.totals

    event = play(story).last
    assert (event.stored, event.delivery.closing) == (False, "closed")


def test_sends_a_status(play) -> None:
    """``status`` answers with that status; nothing is stored, the connection stays."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        stage.mock.arm(Fault(do="status"))
        stage.mock.arm(Fault(do="status", status=418, nth=2))
        for status in (503, 418, 200):
            reply = await client.ask("POST", "/dls/usage", stage.usage_body())
            assert reply.status == status
        assert stage.mock.ledger.totals == {"200001-demo": 2}

    first, second, third = play(story).exchanges
    assert (first.status, first.answer, first.stored) == (503, None, False)
    assert first.delivery.closing == "kept-open"
    assert (second.status, second.fault) == (418, "status 418 on request 2")
    assert third.fault is None


@pytest.mark.parametrize("path", ["/dls/authorization", "/dls/usage"])
def test_sends_no_answer_at_all(play, path) -> None:
    """``malformed`` is status 200 and a body that no profile takes for an answer."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="malformed"))
        body = stage.usage_body()
        reply = await stage.ask(url, "POST", path, body)
        assert reply.status == 200
        kind = stage.profile.kind_of(path)
        assert stage.profile.read_answer(kind, 200, reply.body) is None

    event = play(story).last
    assert (event.status, event.answer, event.stored) == (200, None, False)


@pytest.mark.parametrize("kind", ["authorization", "usage"])
def test_truncates(play, kind) -> None:
    """``truncated`` ends the positive answer before as many bytes as it announced."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="truncated"))
        ask = stage.authorize if kind == "authorization" else stage.report
        with pytest.raises(asyncio.IncompleteReadError) as caught:
            await ask(url)
        assert 0 < len(caught.value.partial) < caught.value.expected
        assert not stage.mock.ledger.totals

    event = play(story).last
    assert (event.status, event.answer, event.stored) == (200, None, False)
    assert event.delivery.closing == "closed"


def test_hangs_for_a_while(play) -> None:
    """``hang`` keeps silent for its hold of real time, and closes then."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="hang", hold="20ms"))
        before = time.monotonic()
        assert await _reported(stage, url) == b""
        assert 0.015 < time.monotonic() - before < 2
        assert not stage.mock.ledger.totals

    event = play(story).last
    assert (event.stored, event.delivery.closing) == (False, "closed")


def test_hangs_until_the_client_leaves(play) -> None:
    """A client that leaves ends the hang at once, and the event says who did it."""

    async def story(stage) -> None:
        stage.mock.arm(Fault(do="hang", hold="1h"))
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("POST", "/dls/usage", stage.usage_body())
        await stage.until(lambda: stage.mock.in_flight == 1)
        await client.close()
        await stage.until(lambda: stage.mock.in_flight == 0)

    assert play(story).last.delivery.closing == "by-client"


def test_hangs_until_the_server_goes_down(play) -> None:
    """A server that goes down ends the hang from its side."""

    async def story(stage) -> None:
        stage.mock.arm(Fault(do="hang", hold="1h"))
        client = await stage.connect(await stage.mock.open_site("a"))
        client.write("POST", "/dls/usage", stage.usage_body())
        await stage.until(lambda: stage.mock.in_flight == 1)
        await stage.mock.turn("main", up=False)
        assert await client.reader.read() == b""
        await stage.until(lambda: stage.mock.in_flight == 0)

    assert play(story).last.delivery.closing == "closed"


def test_tells_in_the_order_in_which_fates_are_known(play) -> None:
    """A request that hangs is told after one that came later and was answered."""

    async def story(stage) -> None:
        urls = [await stage.mock.open_site(device) for device in "ab"]
        stage.mock.arm(Fault(do="hang", hold="20ms", device="a"))
        hanging = asyncio.create_task(_reported(stage, urls[0]))
        await stage.until(lambda: stage.mock.in_flight == 1)
        await stage.report(urls[1])
        await hanging

    assert [event.device for event in play(story).exchanges] == ["b", "a"]


def test_lost_answers_are_redelivered_once(play) -> None:
    """What comes again after a lost answer counts once, and a third time anew."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="lose-answer", on="usage"))
        with pytest.raises(ConnectionResetError):
            await stage.report(url)
        await stage.report(url)
        assert stage.mock.ledger.totals == {"200001-demo": 2}
        assert len(stage.mock.ledger.redelivered) == 1
        await stage.report(url)
        assert stage.mock.ledger.totals == {"200001-demo": 4}

    assert [event.stored for event in play(story).exchanges] == [True] * 3


def test_loses_a_grant(play) -> None:
    """An authorisation whose answer is lost was granted, as far as the server knows."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="lose-answer", on="authorization"))
        with pytest.raises(ConnectionResetError):
            await stage.authorize(url)

    event = play(story).last
    assert (event.stored, event.answer) == (True, None)


def test_faults_let_other_requests_pass(play) -> None:
    """Health, preflight and unknown paths are neither struck nor counted."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="reset"))
        assert (await stage.ask(url, "GET", "/dls/health")).status == 200
        assert (await stage.ask(url, "OPTIONS", "/dls/usage")).status == 204
        assert (await stage.ask(url, "GET", "/else")).status == 404
        with pytest.raises(ConnectionResetError):
            await stage.report(url)

    play(story)


def test_aims_at_a_client(play) -> None:
    """A fault for one client UUID lets the other clients of a server be."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="status", client_uuid="other"))
        assert (await stage.report(url)).status == 200
        assert (await stage.report(url, clientUuid="other")).status == 503

    play(story)


def test_refuses_at_once(play) -> None:
    """A refusal of the first request shuts the device's site through the next step."""

    async def story(stage) -> None:
        mine = await stage.mock.open_site("a")
        other = await stage.mock.open_site("b")
        stage.mock.arm(Fault(do="refuse", device="a"))
        await stage.mock.end_step()
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(mine)
        assert (await stage.report(other)).status == 200
        await stage.mock.end_step()
        assert (await stage.report(mine)).status == 200

    assert _turns(play(story)) == [("main", False), ("main", True)]


def test_refuses_after_requests(play) -> None:
    """A refusal of the third request lets two pass, and ends their connection."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="refuse", on="usage", nth=3))
        await stage.mock.end_step()
        client = await stage.connect(url)
        for _ in range(2):
            reply = await client.ask("POST", "/dls/usage", stage.usage_body())
            assert reply.status == 200
        assert reply.headers["Connection"] == "close"
        assert await client.reader.read() == b""
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(url)
        await stage.mock.end_step()
        await stage.connect(url)

    stage = play(story)
    assert [e.delivery.closing for e in stage.exchanges] == ["kept-open", "closed"]
    assert _turns(stage) == [("main", False), ("main", True)]


def test_refuses_after_the_authorization(play) -> None:
    """A refusal ``after: authorization`` lets that pass and nothing that follows."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        fault = Fault(do="refuse", on="usage", after="authorization")
        stage.mock.arm(fault)
        assert (await stage.authorize(url)).status == 200
        with pytest.raises(ConnectionRefusedError):
            await stage.report(url)

    play(story)


def test_refuses_at_an_address_opened_later(play) -> None:
    """A site that is opened while a refusal lasts is shut, and opens with its end."""

    async def story(stage) -> None:
        stage.mock.arm(Fault(do="refuse", on="authorization"))
        await stage.mock.end_step()
        url = await stage.mock.open_site("a")
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(url)
        await stage.mock.end_step()
        await stage.connect(url)

    assert _turns(play(story)) == [("main", False), ("main", True)]


def test_refusal_ends_with_the_step_only(play) -> None:
    """Disarming does not open what is shut; a server turned down stays down."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="refuse"))
        await stage.mock.end_step()
        stage.mock.disarm()
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(url)
        await stage.mock.turn("main", up=False)
        await stage.mock.end_step()
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(url)

    assert _turns(play(story)) == [("main", False)]


def test_standby_takes_over_from_a_refusing_main(play) -> None:
    """While a refusal holds main shut, the standby server serves."""

    async def story(stage) -> None:
        await stage.mock.open_site("a")
        standby = await stage.mock.open_site("a", "standby")
        stage.mock.arm(Fault(do="refuse", server="main"))
        assert (await stage.authorize(standby)).status == 200

    play(story)


def test_tells_which_faults_never_fired(play) -> None:
    """Disarming tells the faults that struck nothing, and only those."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="reset", on="authorization", nth=2))
        stage.mock.arm(Fault(do="status"))
        await stage.authorize(url)
        stage.mock.disarm()
        assert (await stage.authorize(url)).status == 200

    stage = play(story)
    told = [e.fault for e in stage.events if isinstance(e, FaultNeverFired)]
    assert told == ["reset on authorization 2"]


def test_a_reset_sends_nothing_of_other_answers(play) -> None:
    """A connection that served before is reset like a fresh one."""

    async def story(stage) -> None:
        client = await stage.connect(await stage.mock.open_site("a"))
        await client.ask("GET", "/dls/health")
        stage.mock.arm(Fault(do="reset"))
        client.write("POST", "/dls/usage", stage.usage_body())
        with pytest.raises(ConnectionResetError):
            await client.reader.read()

    play(story)


def test_disarming_one_opens_what_it_shut(play) -> None:
    """A refusal that is disarmed by its number ends at once, and no other one with it."""

    async def story(stage) -> None:
        urls = [await stage.mock.open_site(device) for device in "ab"]
        numbers = [stage.mock.arm(Fault(do="refuse", device=one)) for one in "ab"]
        stage.mock.disarm(numbers[0])
        assert (await stage.report(urls[0])).status == 200
        with pytest.raises(ConnectionRefusedError):
            await stage.connect(urls[1])
        assert [standing.number for standing in stage.mock.faults] == numbers[1:]

    play(story)


def test_chance_depends_on_the_seed(play) -> None:
    """A mock with another seed strikes other requests of the same device."""

    async def story(stage) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="status", probability=0.5))
        for _ in range(30):
            await stage.report(url)

    def struck(stage) -> list[bool]:
        return [event.fault is not None for event in stage.exchanges]

    plain = struck(play(story))
    assert struck(play(story)) == plain
    assert struck(play(story, seed=1)) != plain
