"""The admin API, asked over HTTP."""

import tracemalloc
from io import BytesIO

import pytest

from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import Listening

SLOT = "2026-03-01T08:00:00Z"


def test_configuration(tell) -> None:
    """The configuration is told, and replaced without losing what was counted."""

    async def story(desk) -> None:
        await desk.report(3)
        world = (await desk.ask("GET", "configuration")).json
        world["handshakeCodes"][0]["quota"] = 2
        assert (await desk.ask("PUT", "configuration", world)).json == world
        assert (await desk.authorize()).json["error"]["code"] == 120
        assert (await desk.ask("GET", "overview")).json["units"] == 3

    tell(story)


def test_a_configuration_that_does_not_fit(tell) -> None:
    """What does not fit together is told, and nothing changes."""

    async def story(desk) -> None:
        before = (await desk.ask("GET", "configuration")).json
        wrong = {"organizations": [{"id": "7", "default": "7-x"}], "handshakeCodes": []}
        reply = await desk.ask("PUT", "configuration", wrong)
        assert (reply.status, "'7-x'" in reply.message) == (422, True)
        reply = await desk.ask("PUT", "configuration", {"organisations": []})
        assert (reply.status, "organisations" in reply.message) == (400, True)
        assert (await desk.ask("GET", "configuration")).json == before

    tell(story)


def test_clock(tell) -> None:
    """The clock is frozen, moved and put right; grants go by it."""

    async def story(desk) -> None:
        await desk.ask("POST", "clock/freeze", {"at": SLOT})
        reply = await desk.ask("POST", "clock/advance", {"by": "1d30s"})
        assert reply.json["now"] == "2026-03-02T08:00:30Z"
        granted = (await desk.authorize()).json
        assert granted["validUntil"] == "2026-03-09T08:00:30.000Z"
        assert (await desk.ask("POST", "clock/go")).json["frozen"] is False
        assert (await desk.ask("POST", "clock/real")).json["ahead"] == "0s"
        assert (await desk.ask("POST", "clock/freeze")).json["frozen"] is True
        assert (await desk.ask("GET", "clock")).json["frozen"] is True
        for wrong in ("soon", "99999999999999d"):
            reply = await desk.ask("POST", "clock/advance", {"by": wrong})
            assert reply.status in (400, 422)

    tell(story)


def test_faults(tell) -> None:
    """A fault is armed by a line or in full, bites, and is disarmed."""

    async def story(desk) -> None:
        line = await desk.ask("POST", "faults", {"text": "usage status=503 times=2"})
        assert (line.status, line.json["number"]) == (201, 1)
        fault = {"do": "reset", "kind": "authorization"}
        full = await desk.ask("POST", "faults", {"fault": fault})
        assert full.json["text"] == "authorization reset"
        assert (await desk.report()).status == 503
        assert (await desk.ask("GET", "faults/1")).json["fired"] == 1
        assert [one["seen"] for one in (await desk.ask("GET", "faults")).json] == [1, 0]
        assert (await desk.ask("DELETE", "faults/1")).json == {"neverFired": []}
        assert (await desk.report()).status == 200
        gone = await desk.ask("DELETE", "faults")
        assert gone.json == {"neverFired": ["authorization reset"]}
        missing = await desk.ask("GET", "faults/1")
        assert (missing.status, missing.message) == (
            404,
            "no fault 1 is armed; armed: none",
        )

    tell(story)


@pytest.mark.parametrize(
    "said", [{}, {"text": "usage sttus=503"}, {"text": "a", "fault": {"do": "reset"}}]
)
def test_no_fault(tell, said) -> None:
    """What says no fault is refused with the reason."""

    async def story(desk) -> None:
        reply = await desk.ask("POST", "faults", said)
        assert (reply.status, bool(reply.message)) == (422, True)

    tell(story)


def test_journal(tell) -> None:
    """The journal is searched page by page, and forgotten on command."""

    async def story(desk) -> None:
        for client in ("a", "b", "a"):
            await desk.report(clientUuid=client)
        page = (await desk.ask("GET", "journal?clientUuid=a&limit=1")).json
        assert [entry["number"] for entry in page["entries"]] == [1]
        assert (page["next"], page["complete"]) == (1, True)
        page = (await desk.ask("GET", f"journal?slot={SLOT}&after=2&stored=true")).json
        assert [entry["number"] for entry in page["entries"]] == [3]
        one = (await desk.ask("GET", "journal/2")).json["exchange"]
        assert '"clientUuid": "b"' in one["body"]
        assert (await desk.ask("DELETE", "journal")).status == 204
        missing = await desk.ask("GET", "journal/2")
        assert missing.message == "no entry 2 is kept; 0 were evicted"

    tell(story)


def test_the_newest_of_a_journal(tell) -> None:
    """The latest entries come without those before, with what to ask for next."""

    async def story(desk) -> None:
        for client in ("a", "b", "a", "a"):
            await desk.authorize(clientUuid=client)
        await desk.report()
        page = (await desk.ask("GET", "journal?clientUuid=a&newest=true&limit=2")).json
        assert [entry["number"] for entry in page["entries"]] == [3, 4]
        assert (page["last"], page["next"]) == (5, None)
        page = (await desk.ask("GET", "journal?newest=true&after=4")).json
        assert [entry["number"] for entry in page["entries"]] == [5]
        await desk.ask("DELETE", "journal")
        assert (await desk.ask("GET", "journal")).json["last"] == 5

    tell(story)


def test_a_journal_in_bounds(tell) -> None:
    """What was evicted is counted, and answers say that they are incomplete."""

    async def story(desk) -> None:
        for _ in range(3):
            await desk.report()
        page = (await desk.ask("GET", "journal")).json
        assert (page["complete"], page["evicted"], len(page["entries"])) == (False, 1, 2)
        verdict = (await desk.ask("POST", "verification", {"exactly": 2})).json
        assert (verdict["met"], verdict["complete"]) == (None, False)
        state = (await desk.ask("GET", "overview")).json["journal"]
        assert state == {"kept": 2, "capacity": 2, "evicted": 1, "complete": False}

    tell(story, Settings(journal=2))


def test_verification(tell) -> None:
    """An unmet expectation tells near misses; contradicting counts are a mistake."""

    async def story(desk) -> None:
        await desk.report()
        wanted = {"criteria": {"kind": "usage", "slot": "2026-03-01T08:03:00Z"}}
        verdict = (await desk.ask("POST", "verification", wanted)).json
        assert verdict["met"] is False
        assert verdict["nearMisses"][0]["differences"][0].startswith("slot: expected")
        reply = await desk.ask("POST", "verification", {"exactly": 1, "atMost": 1})
        assert reply.status == 422

    tell(story)


def test_ledger(tell) -> None:
    """The ledger is told account by account."""

    async def story(desk) -> None:
        await desk.report(3, clientUuid="a")
        await desk.report(4, clientUuid="b")
        page = (await desk.ask("GET", "ledger?clientUuid=b")).json
        assert page["units"] == {"200001-demo": 7}
        assert (page["found"], page["unconfirmed"], page["redelivered"]) == (1, 0, 0)
        assert page["accounts"] == [
            {
                "item": "item-200001-demo",
                "handshakeCode": "200001-demo",
                "clientUuid": "b",
                "slot": SLOT,
                "type": "QR_CODE",
                "units": 4,
            }
        ]

    tell(story)


def test_statistics(tell) -> None:
    """Statistics have three totals, a line, a day by two hours, and devices."""

    async def story(desk) -> None:
        await desk.ask("POST", "clock/freeze", {"at": "2026-03-01T09:00:00Z"})
        await desk.report(3)
        told = (await desk.ask("GET", "statistics?handshakeCode=200001-demo")).json
        assert told["allHistory"]["units"] == told["today"]["units"] == 3
        assert told["line"][-1] == {"day": "2026-03-01", "units": 3, "accumulated": 3}
        assert [row["units"] for row in told["twoHours"]][:6] == [0, 0, 0, 0, 3, 0]
        assert [one["clientUuid"] for one in told["devices"]] == ["c0ffee"]
        assert len(told["line"]) == 30
        reply = await desk.ask("GET", "statistics?first=2026-03-02&last=2026-03-01")
        assert reply.status == 422

    tell(story)


def test_reset_with_a_seed(tell) -> None:
    """A new beginning may have another seed for the chance of faults."""

    async def story(desk) -> None:
        await desk.report(3)
        await desk.ask("POST", "faults", {"text": "usage status=503"})
        await desk.ask("POST", "clock/advance", {"by": "1d"})
        assert (await desk.ask("POST", "reset", {"seed": 8})).status == 204
        overview = (await desk.ask("GET", "overview")).json
        assert (overview["seed"], overview["units"], overview["faults"]) == (8, 0, 0)
        assert (overview["requests"], overview["clock"]["ahead"]) == ({}, "0s")
        assert overview["journal"]["kept"] == 0

    tell(story)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "journal/", 404),
        ("GET", "journal/first", 400),
        ("GET", "journal?slot=soon", 400),
        ("GET", "journal?sort=up", 400),
        ("GET", "journal?stored=null", 400),
        ("GET", "journal?after=1&after=2", 400),
        ("GET", "overview?x=1", 400),
        ("POST", "reset?x=1", 400),
        ("POST", "overview", 405),
        ("OPTIONS", "overview", 405),
        ("HEAD", "overview", 405),
    ],
)
def test_what_it_does_not_know(tell, method, path, status) -> None:
    """A path, method, name or value that is none is told as such."""

    async def story(desk) -> None:
        reply = await desk.ask(method, f"{path}")
        assert reply.status == status
        assert method == "HEAD" or reply.message
        if status == 405:
            assert "GET" in reply.headers["Allow"]

    tell(story)


def test_a_body_says_what_it_is(tell) -> None:
    """What a form of another site could send is refused; so is what is no JSON."""

    async def story(desk) -> None:
        said = {"text": "usage reset"}
        reply = await desk.ask("POST", "faults", said, **{"Content-Type": "text/plain"})
        assert reply.status == 415
        url = f"{desk.server.admin_url}/faults"
        headers = {"Content-Type": "application/json"}
        async with desk.http.post(url, data=b"{", headers=headers) as answer:
            assert answer.status == 400
        async with desk.http.post(
            url, data=BytesIO(b" " * 2**21), headers=headers
        ) as answer:
            assert answer.status == 413

    tell(story)


def test_other_sites_are_refused(tell) -> None:
    """A page of another site, or one that DNS leads here, gets nothing."""

    async def story(desk) -> None:
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            reply = await desk.ask("GET", "overview", **headers)
            assert reply.status == 403
            assert "Access-Control-Allow-Origin" not in reply.headers

    tell(story)


def test_token(tell) -> None:
    """With a token the API asks for it; the protocol does not."""

    async def story(desk) -> None:
        assert (await desk.ask("GET", "overview")).status == 401
        assert (await desk.ask("GET", "openapi.json")).status == 401
        reply = await desk.ask("GET", "overview", Authorization="Bearer s3cret")
        assert reply.status == 200
        assert (await desk.report()).status == 200

    tell(story, listening=Listening(token="s3cret"))


@pytest.mark.parametrize("path", ["faults", "configuration", "verification"])
def test_a_body_that_is_nested_too_deeply(tell, path) -> None:
    """Deep nesting is refused like all that is no proper body."""

    async def story(desk) -> None:
        body = b'{"a":' * 50_000
        method = "PUT" if path == "configuration" else "POST"
        reply = await desk.ask(method, path, body)
        assert reply.status == 400

    tell(story)


def test_bodies_of_megabytes_are_not_kept(tell) -> None:
    """A journal keeps the beginning of a body: clients cannot fill the memory with it."""

    async def story(desk) -> None:
        body = b"x" * (1 << 20)
        await desk.ask("POST", "/dls/usage", body)
        tracemalloc.start()
        try:
            for _ in range(20):
                assert (await desk.ask("POST", "/dls/usage", body)).status == 400
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 5 << 20
        page = (await desk.ask("GET", "journal?limit=1")).json
        assert len(page["entries"][0]["exchange"]["body"]) == 4096

    tell(story)
