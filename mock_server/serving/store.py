"""
Where entries are kept so that a restart finds them again.

An entry is one JSON text. Entries come from the event loop one by one and are committed
in batches by a thread: while one batch is on its way to the disk the next one gathers,
so a commit is shared by all who came in the meantime, and the loop never waits for it.
Nobody may be told that an entry was taken in before `Store.append` says that it is
durable.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, Protocol

import msgspec

#: What a stored entry outlives: the end of this process, or of the machine's power.
Durability = Literal["process", "power"]

_APPLICATION_ID = 0x444C534D
_SCHEMA_VERSION = 1
#: So many pages (of 4 kB) are gathered before they are copied into the file itself, which
#: takes longer than to write them did: four times as many as SQLite would.
_CHECKPOINT_PAGES = 4000
_SYNCHRONOUS = {"process": "NORMAL", "power": "FULL"}

# One row a batch: to write it is one call, during which Python's other threads run. The
# view has one row an entry, for whoever opens the file with a tool of their own.
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_SCHEMA_VERSION};
CREATE TABLE batch (number INTEGER PRIMARY KEY, entries TEXT NOT NULL);
CREATE VIEW entry AS
    SELECT batch.number AS batch, json_each.key AS place, json_each.value AS entry
    FROM batch, json_each(batch.entries);
"""


class StoreFailed(Exception):
    """A file cannot be what entries are kept in, or could not be written to."""


class Store(Protocol):
    """Whatever keeps entries."""

    def entries(self) -> Iterator[bytes]:
        """Return the entries of former runs, oldest first."""
        ...

    def append(self, entry: bytes) -> asyncio.Future[None] | None:
        """Take in *entry*; what is returned is done once it is durable."""
        ...

    async def close(self) -> None:
        """Wait until all entries are durable, and end."""
        ...


class NoStore:
    """Keeps nothing: entries last as long as the process does."""

    def entries(self) -> Iterator[bytes]:
        """Return none."""
        return iter(())

    def append(self, entry: bytes) -> None:
        """Forget *entry*."""

    async def close(self) -> None:
        """Nothing has to be waited for."""


@dataclass
class _Batch:
    """Entries that are committed together, and who is told of it."""

    durable: asyncio.Future[None]
    entries: list[bytes] = field(default_factory=list)


class SqliteStore:
    """
    Keeps entries in an SQLite file, in the order in which they came.

    To be used from one event loop; nobody else can open the file meanwhile.

    Attributes:
        failed: Gets the `StoreFailed` when entries cannot be written for the first time.
    """

    def __init__(self, path: Path, durability: Durability = "process") -> None:
        """
        Open *path*, or make it.

        Raises:
            StoreFailed: It cannot be opened, is in use, or is a file of another kind.
        """
        self._path = path
        self._connection = _opened(path, durability)
        self._loop = asyncio.get_running_loop()
        self.failed: asyncio.Future[StoreFailed] = self._loop.create_future()
        self._gathering: _Batch | None = None
        self._writing: _Batch | None = None
        self._handed_over: SimpleQueue[_Batch | None] = SimpleQueue()
        # A daemon: a process that failed and forgot to close this must end all the same.
        self._thread = threading.Thread(
            target=self._write_batches, name="dlscheck-store", daemon=True
        )
        self._thread.start()

    def entries(self) -> Iterator[bytes]:
        """
        Return the entries of former runs, oldest first; to be called before `append`.

        Raises:
            StoreFailed: The file is damaged.
        """
        rows = "SELECT entries FROM batch ORDER BY number"
        try:
            for (batch,) in self._connection.execute(rows):
                yield from map(bytes, _split(batch))
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise StoreFailed(f"{self._path}: cannot be read: {error}") from error

    def append(self, entry: bytes) -> asyncio.Future[None]:
        """
        Take in *entry*; what is returned is done once it is durable.

        Raises:
            StoreFailed: From what is returned: the entry could not be written.
        """
        batch = self._gathering
        if batch is None:
            batch = self._gathering = _Batch(self._loop.create_future())
            if self._writing is None:
                self._loop.call_soon(self._hand_over)
        batch.entries.append(entry)
        return batch.durable

    async def close(self) -> None:
        """
        Wait until all entries are durable, and close the file.

        Raises:
            StoreFailed: Some are not, and never will be.
        """
        last = self._gathering or self._writing
        try:
            if last is not None:
                await last.durable
        finally:
            self._handed_over.put(None)
            self._thread.join()
            self._connection.close()

    def _hand_over(self) -> None:
        """Let what has gathered be written: who came in one turn of the loop shares it."""
        self._writing, self._gathering = self._gathering, None
        self._handed_over.put(self._writing)

    def _write_batches(self) -> None:
        """Commit one batch after the other; this runs in the thread."""
        while (batch := self._handed_over.get()) is not None:
            failure: StoreFailed | None = None
            try:
                self._connection.execute(
                    "INSERT INTO batch (entries) VALUES (?)", (_joined(batch.entries),)
                )
            except sqlite3.Error as error:
                failure = StoreFailed(f"{self._path}: cannot be written to: {error}")
            self._loop.call_soon_threadsafe(self._on_written, batch, failure)

    def _on_written(self, batch: _Batch, failure: StoreFailed | None) -> None:
        self._writing = None
        if failure is not None and not self.failed.done():
            self.failed.set_result(failure)
        if not batch.durable.done():
            if failure is None:
                batch.durable.set_result(None)
            else:
                batch.durable.set_exception(failure)
                batch.durable.exception()  # not everybody waits for their entry
        if self._gathering is not None:
            # Not before those have had their say who have waited for this batch.
            self._loop.call_soon(self._hand_over)


def _opened(path: Path, durability: Durability) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=0
        )
    except sqlite3.Error as error:
        raise StoreFailed(f"{path}: cannot be opened: {error}") from error
    try:
        _prepare(connection, path, durability)
    except sqlite3.Error as error:
        connection.close()
        hint = ""
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            hint = "; another server is using it"
        raise StoreFailed(f"{path}: cannot be used: {error}{hint}") from error
    except StoreFailed:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, durability: Durability) -> None:
    # Two servers on one file would each know half of what was reported.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (kind,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and (kind, version) != (_APPLICATION_ID, _SCHEMA_VERSION):
        raise StoreFailed(
            f"{path}: expected a file that this version of the mock made, or none, got "
            "another SQLite file; name another one"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    if not tables:
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")


def _joined(entries: list[bytes]) -> str:
    return (b"[" + b",".join(entries) + b"]").decode()


def _split(batch: str) -> list[msgspec.Raw]:
    return msgspec.json.decode(batch, type=list[msgspec.Raw])
