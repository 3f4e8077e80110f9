"""Other forms of storing usage."""

import shutil
import sqlite3
from collections.abc import Iterable
from json import dumps, loads
from pathlib import Path
from typing import override

from licence_client import LicenceClient
from licence_client.files import write_whole
from licence_client.journal import Entry, Journal
from licence_client.ledger import Ledger, render_opened
from licence_client.store import UsageStore


class SqliteJournal(Journal):
    """Entries are rows of a database; the file of the journal's own name is its lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._database_path = path.with_suffix(".db")
        self._database: sqlite3.Connection | None = None

    @override
    def claim(self) -> bool:
        if not super().claim():
            return False
        self._database = sqlite3.connect(self._database_path, isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE IF NOT EXISTS entry (text TEXT NOT NULL)")
        return True

    @override
    def read(self) -> list[Entry]:
        rows = self._open().execute("SELECT text FROM entry ORDER BY rowid").fetchall()
        self.line_count = len(rows)
        return [loads(text) for (text,) in rows]

    @override
    def append(self, entry: Entry) -> None:
        self._open().execute("INSERT INTO entry VALUES (?)", [dumps(entry)])
        self.line_count += 1

    @override
    def rewrite(self, entries: Iterable[Entry]) -> None:
        rows = [[dumps(entry)] for entry in entries]
        database = self._open()
        database.execute("BEGIN")
        database.execute("DELETE FROM entry")
        database.executemany("INSERT INTO entry VALUES (?)", rows)
        database.execute("COMMIT")
        self.line_count = len(rows)

    @override
    def remove(self) -> None:
        self._database_path.unlink()
        super().remove()

    @override
    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        super().close()

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            raise ValueError(f"{self._database_path}: the database is closed")
        return self._database


class SqliteUsageStore(UsageStore):
    """Keeps usage in a database."""

    journal_type = SqliteJournal


class SqliteStore(LicenceClient):
    """Usage is kept in an SQLite database."""

    store_type = SqliteUsageStore


class FolderJournal(Journal):
    """Every report is a file of its own; the file of the journal's own name is its lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._folder = path.with_suffix("")
        self._ledger = Ledger()

    @override
    def read(self) -> list[Entry]:
        self._folder.mkdir(exist_ok=True)
        self._ledger = Ledger()
        numbered = sorted(self._folder.glob("*.json"), key=lambda path: int(path.stem))
        entries = [loads(path.read_bytes()) for path in numbered]
        for entry in entries:
            self._ledger.replay(entry)
        return entries

    @override
    def append(self, entry: Entry) -> None:
        before = set(self._ledger.reports)
        self._ledger.replay(entry)
        for number in _touched(entry):
            if number in self._ledger.reports:
                content = render_opened(self._ledger.reports[number])
                write_whole(self._path_of(number), dumps(content).encode())
        for number in before - set(self._ledger.reports):
            self._path_of(number).unlink()

    @override
    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        super().remove()

    def _path_of(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def _touched(entry: Entry) -> list[int]:
    match entry:
        case {"opened": number} | {"counted": number}:
            return [number]
        case {"sealed": numbers}:
            return list(numbers)
        case {"adopted": _, "reports": reports}:
            return [report["opened"] for report in reports]
    return []


class FolderStore(UsageStore):
    """Keeps usage in a folder."""

    journal_type = FolderJournal


class FilePerReport(LicenceClient):
    """Every unsent report is a file of its own."""

    store_type = FolderStore
