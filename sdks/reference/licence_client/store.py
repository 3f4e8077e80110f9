"""
The usage store: counted units that no server has accepted yet.

Every change is one entry of a journal, written before it counts. Each process has a journal
of its own, so two may work in one cache directory and neither sends what is the other's. A
journal whose process is gone belongs to whoever starts next.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from uuid import uuid4

from licence_client.journal import Entry, Journal
from licence_client.ledger import Ledger, render_opened
from licence_client.report import Report, ReportKey


class UsageStore:
    """The unsent reports that are this process's to send."""

    journal_type: type[Journal] = Journal

    #: So many lines of the journal may be of no use any more before it is rewritten.
    spare_lines = 1000

    def __init__(self, cache_dir: Path) -> None:
        self.folder = cache_dir
        self.journal = self.journal_type(cache_dir / "usage.jsonl")
        self.ledger = Ledger()

    def open(self) -> None:
        """Read what earlier sessions have left, those of other processes included."""
        self.close()
        self.claim_journal()
        self.ledger = replayed(self.journal)
        for path in sorted(self.folder.glob("usage-*.jsonl")):
            self._adopt(self.journal_type(path))
        self._compact_if_wasteful()

    def close(self) -> None:
        """Let go of the disk; everything is there already."""
        self.journal.close()

    def claim_journal(self) -> None:
        """Take the common journal, or where another process has it, a new one."""
        self.journal = self.journal_type(self.folder / "usage.jsonl")
        while not self.journal.claim():
            self.journal = self.journal_type(self.folder / f"usage-{uuid4()}.jsonl")

    def reports(self) -> list[Report]:
        """All unsent reports, oldest first."""
        return list(self.ledger.reports.values())

    def count(self, key: ReportKey, usage_type: str, units: int) -> None:
        """
        Add units to the report that grows under `key`; if there is none, or it is sealed, a
        further one is opened.
        """
        growing = self.ledger.growing.get(key)
        if growing is None:
            self.open_report(key, {usage_type: units})
        else:
            self.write({"counted": growing.number, "type": usage_type, "count": units})

    def open_report(self, key: ReportKey, usage: dict[str, int]) -> Report:
        """Begin a report under `key`."""
        number = self.ledger.last_number + 1
        self.write(render_opened(Report(number, key, usage)))
        return self.ledger.reports[number]

    def seal(self, reports: Iterable[Report]) -> None:
        """Let these reports grow no more: what is sent again must be what was sent."""
        numbers = [report.number for report in reports if not report.sealed]
        if numbers:
            self.write({"sealed": numbers})

    def drop(self, reports: Iterable[Report]) -> None:
        """Forget these reports."""
        numbers = [report.number for report in reports]
        if numbers:
            self.write({"dropped": numbers})
            self._compact_if_wasteful()

    def write(self, entry: Entry) -> None:
        """Make one change, on disk first."""
        self.journal.append(entry)
        self.ledger.replay(entry)

    def compact(self) -> None:
        """Rewrite the journal with the entries that say the same as all of it."""
        self.journal.rewrite([render_opened(report) for report in self.reports()])

    def _adopt(self, orphan: Journal) -> None:
        if not orphan.claim():
            return
        # A kill may have come between the entry and the removal: then the reports are here.
        if orphan.path.name not in self.ledger.adopted:
            numbers = count(self.ledger.last_number + 1)
            left = replayed(orphan).reports.values()
            reports = [render_opened(replace(r, number=next(numbers))) for r in left]
            self.write({"adopted": orphan.path.name, "reports": reports})
        orphan.remove()

    def _compact_if_wasteful(self) -> None:
        if self.journal.line_count > 2 * len(self.ledger.reports) + self.spare_lines:
            self.compact()


def replayed(journal: Journal) -> Ledger:
    """What a journal says."""
    ledger = Ledger()
    for entry in journal.read():
        ledger.replay(entry)
    return ledger
