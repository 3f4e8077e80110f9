"""Defects that a graceful stop covers up."""

from collections.abc import Sequence
from pathlib import Path
from typing import override

from licence_client import LicenceClient, Settings
from licence_client.journal import Entry
from licence_client.report import Report
from licence_client.store import UsageStore
from licence_client.submitter import Submitter
from licence_client.transport import Answer, Transport


class LateDroppingStore(UsageStore):
    """Is in no hurry to write what may be forgotten."""

    def __init__(self, cache_dir: Path) -> None:
        super().__init__(cache_dir)
        self._unwritten: list[Entry] = []

    @override
    def write(self, entry: Entry) -> None:
        if "dropped" in entry:
            self._unwritten.append(entry)
            self.ledger.replay(entry)
        else:
            super().write(entry)

    @override
    def close(self) -> None:
        for entry in self._unwritten:
            self.journal.append(entry)
        self._unwritten.clear()
        super().close()


class RemovalNotFlushed(LicenceClient):
    """That a report was accepted stays in a buffer until the shutdown."""

    store_type = LateDroppingStore


class SuspiciousStore(UsageStore):
    """Puts aside what a killed process has left."""

    _is_open = False

    @override
    def open(self) -> None:
        marker, journal = self.folder / "running", self.folder / "usage.jsonl"
        if marker.exists() and journal.exists():
            journal.rename(self.folder / "damaged.jsonl")
        super().open()
        marker.touch()
        self._is_open = True

    @override
    def close(self) -> None:
        super().close()
        if self._is_open:
            (self.folder / "running").unlink(missing_ok=True)
            self._is_open = False


class JournalDistrusted(LicenceClient):
    """A journal that was not closed is taken for damaged, and begun anew."""

    store_type = SuspiciousStore


class RememberingSubmitter(Submitter):
    """Has what failed in memory."""

    def __init__(self, settings: Settings, transport: Transport, store: UsageStore) -> None:
        super().__init__(settings, transport, store)
        self.failed: list[Report] = []

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        self.failed.extend(batch)
        self.store.drop(batch)


class FailedInMemory(LicenceClient):
    """A failed report moves to a list in memory, which the shutdown writes back."""

    submitter_type = RememberingSubmitter
    submitter: RememberingSubmitter

    @override
    def stop(self) -> None:
        failed = self.submitter.failed
        if self.grant is not None:
            self.store.seal(
                [self.store.open_report(report.key, report.usage) for report in failed]
            )
        failed.clear()
        super().stop()
