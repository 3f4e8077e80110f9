"""Entries are in the file before anybody is told that they are."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from mock_server.serving.store import NoStore, SqliteStore, StoreFailed


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "mock.db"


def written(path: Path) -> list[bytes]:
    async def read() -> list[bytes]:
        store = SqliteStore(path)
        try:
            return list(store.entries())
        finally:
            await store.close()

    return asyncio.run(read())


@pytest.mark.parametrize("durability", ["process", "power"])
def test_keeps_entries(path, durability) -> None:
    """What was taken in is there in the next run, in the order in which it came."""

    async def write() -> None:
        store = SqliteStore(path, durability)
        assert list(store.entries()) == []
        await asyncio.gather(*(store.append(b'{"n": %d}' % n) for n in range(5)))
        await store.append(b'"\xc3\xa9"')
        await store.close()

    asyncio.run(write())
    assert written(path) == [*(b'{"n": %d}' % n for n in range(5)), b'"\xc3\xa9"']


def test_shares_commits(path) -> None:
    """Who comes in one turn of the loop, or while a batch is written, shares a commit."""

    async def write() -> None:
        store = SqliteStore(path)
        first, second = store.append(b"1"), store.append(b"2")
        assert first is second
        await asyncio.sleep(0)  # handed over
        third, fourth = store.append(b"3"), store.append(b"4")
        assert third is fourth
        assert third is not first
        await fourth
        await store.close()

    asyncio.run(write())
    with sqlite3.connect(path) as connection:
        batches = connection.execute("SELECT entries FROM batch").fetchall()
        entries = connection.execute("SELECT entry FROM entry ORDER BY 1").fetchall()
    connection.close()
    assert batches == [("[1,2]",), ("[3,4]",)]
    assert entries == [(1,), (2,), (3,), (4,)]


def test_close_waits(path) -> None:
    """What nobody waited for is written before the end; no thread is left."""

    async def write() -> None:
        store = SqliteStore(path)
        store.append(b"1")
        await asyncio.sleep(0)
        store.append(b"2")
        await store.close()

    asyncio.run(write())
    assert written(path) == [b"1", b"2"]
    assert [one.name for one in threading.enumerate() if "store" in one.name] == []


def test_a_failure_is_told(path) -> None:
    """Who waits for an entry that cannot be written learns that, and the next one too."""

    async def write() -> None:
        store = SqliteStore(path)
        store._connection.execute("PRAGMA query_only = ON")
        waiting = store.append(b"1")
        with pytest.raises(StoreFailed, match=r"mock\.db: cannot be written to"):
            await waiting
        store.append(b"2")
        with pytest.raises(StoreFailed):
            await store.close()

    asyncio.run(write())
    assert written(path) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"no database, but long enough to tell" * 99, "not a database"), (None, "another")],
)
def test_refuses_other_files(path, content, reason) -> None:
    """A file that something else made is left alone."""
    if content is None:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE precious (x)")
        connection.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(StoreFailed, match=reason):
        written(path)
    assert path.read_bytes() == before


def test_refuses_a_folder_that_is_not_there(path) -> None:
    """The message names the file."""
    with pytest.raises(StoreFailed, match=r"missing.mock\.db: cannot be opened"):
        written(path.parent / "missing" / "mock.db")


def test_one_server_a_file(path) -> None:
    """A file that a server uses is not for a second one."""

    async def open_twice() -> None:
        store = SqliteStore(path)
        with pytest.raises(StoreFailed, match="another server is using it"):
            SqliteStore(path)
        await store.close()

    asyncio.run(open_twice())


def test_a_damaged_file_is_told(path) -> None:
    """A batch that cannot be read is not passed over."""
    written(path)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO batch (entries) VALUES ('[1,')")
    connection.close()
    with pytest.raises(StoreFailed, match="cannot be read"):
        written(path)


def test_no_store_keeps_nothing() -> None:
    """Without a file there is nothing to wait for and nothing to find."""
    store = NoStore()
    assert store.append(b"1") is None
    assert list(store.entries()) == []
    asyncio.run(store.close())
