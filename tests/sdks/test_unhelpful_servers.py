"""Claims about the servers before which the vendor's own SDKs are put."""

import asyncio
from datetime import UTC, datetime

import pytest

from sdks.dynamsoft.unhelpful import UnhelpfulPair
from sdks.dynamsoft.waits import MARKS, renewed

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
QUESTION = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]"
#: No test takes longer, however busy the machine.
LONGEST_SECONDS = 20


async def answered(pair: UnhelpfulPair) -> bytes:
    """Ask the main server; return all that it says until it hangs up."""
    port = int(pair.urls[0].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(QUESTION)
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("manner", "answer"),
    [("hang up", b""), ("fail", b"HTTP/1.1 500"), ("say nothing", b"HTTP/1.1 200")],
)
def test_whoever_asks_gets_no_help(manner, answer):
    """A request is read to its end, told, and answered with nothing that helps."""

    async def story():
        async with (
            asyncio.timeout(LONGEST_SECONDS),
            UnhelpfulPair(manner, lambda: NOW) as pair,
        ):
            assert (await answered(pair))[:12] == answer
            assert [(one.at, one.server) for one in pair.asked] == [(NOW, "main")]
            assert pair.in_flight == 0

    asyncio.run(story())


def test_the_silent_take_a_request_and_keep_the_connection():
    """The request is told; whoever waits for an answer waits until the end."""

    async def story():
        async with asyncio.timeout(LONGEST_SECONDS):
            async with UnhelpfulPair("are silent", lambda: NOW) as pair:
                asking = asyncio.create_task(answered(pair))
                while not pair.asked:
                    await asyncio.sleep(0)
                assert not asking.done()
            assert await asking == b""

    asyncio.run(story())


def test_who_refuses_lets_nobody_in():
    """No connection comes about."""

    async def story():
        async with UnhelpfulPair("refuse", lambda: NOW) as pair:
            with pytest.raises(ConnectionRefusedError):
                await answered(pair)

    asyncio.run(story())


def test_a_table_is_put_between_its_marks():
    """The rest of the page stays as it is."""
    page = f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n"
    assert renewed(page, "new") == f"before\n{MARKS[0]}\n\nnew\n\n{MARKS[1]}\nafter\n"
