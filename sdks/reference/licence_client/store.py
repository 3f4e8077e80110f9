"""
The usage store: counted units that no server has accepted yet.

Every change is one journal entry, and memory is what replaying the entries gives, so a
change is on disk before it counts. The kinds of entry:

    opened   a report with its first units
    counted  more units for a report
    sealed   reports that may have been sent: they never change again
    dropped  reports that were accepted or purged
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from licence_client.grid import render_label
from licence_client.journal import Entry, Journal
from licence_client.report import Report, ReportKey

#: So many lines of the journal may be of no use any more before it is rewritten.
_SPARE_LINES = 1000


class UsageStore:
    """The unsent reports of one cache directory."""

    def __init__(self, cache_dir: Path) -> None:
        self._journal = Journal(cache_dir / "usage.jsonl")
        self._reports: dict[int, Report] = {}
        self._growing: dict[ReportKey, Report] = {}
        self._last_number = 0

    def open(self) -> None:
        """Read what earlier sessions have left."""
        self._reports.clear()
        self._growing.clear()
        self._last_number = 0
        for entry in self._journal.open():
            self._replay(entry)
        self._compact_if_wasteful()

    def close(self) -> None:
        """Let go of the disk; everything is there already."""
        self._journal.close()

    def reports(self) -> list[Report]:
        """All unsent reports, oldest first."""
        return list(self._reports.values())

    def count(self, key: ReportKey, usage_type: str, units: int) -> None:
        """
        Add units to the report that grows under `key`; if there is none, or it is sealed, a
        further one is opened.
        """
        growing = self._growing.get(key)
        if growing is None:
            self.open_report(key, {usage_type: units})
        else:
            self._write({"counted": growing.number, "type": usage_type, "count": units})

    def open_report(self, key: ReportKey, usage: dict[str, int]) -> Report:
        """Begin a report under `key`."""
        number = self._last_number + 1
        self._write(_opened(Report(number, key, usage)))
        return self._reports[number]

    def seal(self, reports: Iterable[Report]) -> None:
        """Let these reports grow no more: what is sent again must be what was sent."""
        numbers = [report.number for report in reports if not report.sealed]
        if numbers:
            self._write({"sealed": numbers})

    def drop(self, reports: Iterable[Report]) -> None:
        """Forget these reports."""
        numbers = [report.number for report in reports]
        if numbers:
            self._write({"dropped": numbers})
            self._compact_if_wasteful()

    def _write(self, entry: Entry) -> None:
        self._journal.append(entry)
        self._replay(entry)

    def _replay(self, entry: Entry) -> None:
        match entry:
            case {"opened": number}:
                self._add(_parse_opened(entry, number))
            case {"counted": number, "type": usage_type, "count": units}:
                usage = self._reports[number].usage
                usage[usage_type] = usage.get(usage_type, 0) + units
            case {"sealed": numbers}:
                for number in numbers:
                    self._reports[number].sealed = True
                    self._stop_growing(self._reports[number])
            case {"dropped": numbers}:
                for number in numbers:
                    self._stop_growing(self._reports.pop(number))

    def _add(self, report: Report) -> None:
        self._reports[report.number] = report
        self._last_number = max(self._last_number, report.number)
        if not report.sealed:
            self._growing[report.key] = report

    def _stop_growing(self, report: Report) -> None:
        if self._growing.get(report.key) is report:
            del self._growing[report.key]

    def _compact_if_wasteful(self) -> None:
        if self._journal.line_count > 2 * len(self._reports) + _SPARE_LINES:
            self._journal.rewrite([_opened(report) for report in self._reports.values()])


def _opened(report: Report) -> Entry:
    key = report.key
    return {
        "opened": report.number,
        "slot": render_label(key.slot),
        "handshakeCode": key.handshake_code,
        "organizationId": key.organization_id,
        "clientUuid": key.client_uuid,
        "product": key.product,
        "usage": report.usage,
        "sealed": report.sealed,
    }


def _parse_opened(entry: Entry, number: int) -> Report:
    key = ReportKey(
        slot=datetime.fromisoformat(entry["slot"]),
        handshake_code=entry["handshakeCode"],
        organization_id=entry["organizationId"],
        client_uuid=entry["clientUuid"],
        product=entry["product"],
    )
    return Report(number, key, dict(entry["usage"]), entry["sealed"])
