"""Defects that show when much is left over, or what is left over is old."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, override

from licence_client import LicenceClient, Settings
from licence_client.files import write_whole
from licence_client.ledger import render_opened
from licence_client.report import Report
from licence_client.store import UsageStore, replayed
from licence_client.submitter import Submitter
from licence_client.transport import Answer, Transport


class BacklogOnePage(LicenceClient):
    """The start sends a page of ten reports; the rest goes with the first tick."""

    @override
    def send_backlog(self) -> None:
        self.submitter.submit(self.reports_due()[:10])


class RingSubmitter(Submitter):
    """Has room for sixteen failed reports."""

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        super().on_failed(batch, answer)
        failed = [report for report in self.store.reports() if report.sealed]
        self.store.drop(failed[:-16])


class KeepsSixteenFailed(LicenceClient):
    """Failed reports are in a ring of sixteen; the oldest makes way."""

    submitter_type = RingSubmitter


class TodaysQueue(LicenceClient):
    """
    What was never tried is in a file that has the date in its name, and the start reads
    today's.
    """

    @override
    def purge(self) -> None:
        super().purge()
        today = datetime.now(UTC).date()
        self.store.drop(
            [r for r in self.store.reports() if not r.sealed and r.key.slot.date() < today]
        )


class StaticSubmitter(Submitter):
    """Has one list of failed reports for all clients of the process."""

    _lists: ClassVar[dict[Path, set[int]]] = {}

    def __init__(self, settings: Settings, transport: Transport, store: UsageStore) -> None:
        super().__init__(settings, transport, store)
        self.waiting = self._lists.setdefault(settings.cache_dir, set())


class FailedListStatic(LicenceClient):
    """What failed is kept in a static list, which only the end of the process empties."""

    submitter_type = StaticSubmitter

    @override
    def stop(self) -> None:
        failed = set(self.submitter.waiting)
        super().stop()
        self.submitter.waiting.update(failed)


class CountingSubmitter(Submitter):
    """Gives a report three chances."""

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        super().on_failed(batch, answer)
        path = self.settings.cache_dir / "attempts.json"
        attempts = json.loads(path.read_text()) if path.exists() else {}
        for report in batch:
            attempts[str(report.number)] = attempts.get(str(report.number), 0) + 1
        write_whole(path, json.dumps(attempts).encode())
        self.store.drop([r for r in batch if attempts[str(r.number)] == 3])


class GivesUpAfterThree(LicenceClient):
    """A report that has failed three times is taken for poisoned, and dropped."""

    submitter_type = CountingSubmitter


class LossyStore(UsageStore):
    """Rewrites its journal often, and without the last report."""

    spare_lines = 20

    @override
    def compact(self) -> None:
        self.journal.rewrite([render_opened(report) for report in self.reports()[:-1]])
        self.ledger = replayed(self.journal)


class CompactionLosesLast(LicenceClient):
    """When the journal is rewritten, the loop over the reports ends one too early."""

    store_type = LossyStore
