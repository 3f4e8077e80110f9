"""What a mock must be able to do wrong, to authorisations and to reports apart."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from mock_server import Fault

#: What it does wrong, and what a client sees of that.
WRONGS = {
    "close-before-reading": "reset",
    "hang": "closed",
    "status": "503",
    "malformed": "200",
    "lose-answer": "reset",
    "reset": "reset",
}
KINDS = ("authorization", "usage")


async def _outcome(asking: Any) -> str:
    try:
        return str((await asking).status)
    except ConnectionRefusedError:
        return "refused"
    except ConnectionResetError:
        return "reset"
    except asyncio.IncompleteReadError:
        return "closed"


def _ask(stage: Any, url: str, kind: str) -> Any:
    return stage.authorize(url) if kind == "authorization" else stage.report(url)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("damage", "seen"), WRONGS.items())
def test_strikes_one_kind_only(play: Any, damage: Any, seen: str, kind: Any) -> None:
    """S-44: each misbehaviour can strike authorisations or reports and spare the others."""
    other = next(one for one in KINDS if one != kind)

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        hold = "10ms" if damage == "hang" else None
        stage.mock.arm(Fault(do=damage, on=kind, times="all", hold=hold))
        for _ in range(2):
            assert await _outcome(_ask(stage, url, other)) == "200"
            assert await _outcome(_ask(stage, url, kind)) == seen

    stored = [event.stored for event in play(story).exchanges if event.kind == kind]
    assert stored == [damage == "lose-answer"] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_answers_slowly(play: Any, kind: Any) -> None:
    """S-44: a slow answer can be that to an authorisation or to a report alone."""
    other = next(one for one in KINDS if one != kind)

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="answer-late", on=kind, by="30s", hold="1h"))
        asking = asyncio.create_task(_outcome(_ask(stage, url, kind)))
        await stage.until(lambda: stage.mock.in_flight == 1)
        assert await _outcome(_ask(stage, url, other)) == "200"
        assert not asking.done()
        stage.clock.move_to(stage.clock.now() + timedelta(seconds=30))
        assert await asking == "200"

    assert [event.kind for event in play(story).exchanges] == [other, kind]


def test_refuses_connections_for_reports(play: Any) -> None:
    """S-44: connections can be refused once an authorisation is through, or before."""

    async def story(stage: Any) -> None:
        url = await stage.mock.open_site("a")
        stage.mock.arm(Fault(do="refuse", on="usage", after="authorization"))
        assert await _outcome(stage.authorize(url)) == "200"
        assert await _outcome(stage.report(url)) == "refused"
        await stage.mock.end_step()
        await stage.mock.end_step()
        stage.mock.arm(Fault(do="refuse", on="authorization"))
        assert await _outcome(stage.authorize(url)) == "refused"

    play(story)
