"""
The unsent reports in memory: what replaying a journal's entries gives.

The kinds of entry:

    opened   a report with its first units
    counted  more units for a report
    sealed   reports that may have been sent: they never change again
    dropped  reports that were accepted or purged
    adopted  reports taken over, all at once, from the journal of a process that is gone
"""

from datetime import datetime

from licence_client.grid import render_label
from licence_client.journal import Entry
from licence_client.report import Report, ReportKey


class Ledger:
    """Reports by their number, oldest first."""

    def __init__(self) -> None:
        self.reports: dict[int, Report] = {}
        self.growing: dict[ReportKey, Report] = {}
        self.last_number = 0
        #: Names of the journals whose reports are here already.
        self.adopted: set[str] = set()

    def replay(self, entry: Entry) -> None:
        """Do what an entry says."""
        match entry:
            case {"opened": _}:
                self._add(parse_opened(entry))
            case {"counted": number, "type": usage_type, "count": units}:
                usage = self.reports[number].usage
                usage[usage_type] = usage.get(usage_type, 0) + units
            case {"sealed": numbers}:
                for number in numbers:
                    self.reports[number].sealed = True
                    self._stop_growing(self.reports[number])
            case {"dropped": numbers}:
                for number in numbers:
                    self._stop_growing(self.reports.pop(number))
            case {"adopted": name, "reports": opened}:
                self.adopted.add(name)
                for report in opened:
                    self._add(parse_opened(report))

    def _add(self, report: Report) -> None:
        self.reports[report.number] = report
        self.last_number = max(self.last_number, report.number)
        if not report.sealed:
            self.growing[report.key] = report

    def _stop_growing(self, report: Report) -> None:
        if self.growing.get(report.key) is report:
            del self.growing[report.key]


def render_opened(report: Report) -> Entry:
    """The entry that opens a report as it stands."""
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


def parse_opened(entry: Entry) -> Report:
    """The report that an entry opens."""
    key = ReportKey(
        slot=datetime.fromisoformat(entry["slot"]),
        handshake_code=entry["handshakeCode"],
        organization_id=entry["organizationId"],
        client_uuid=entry["clientUuid"],
        product=entry["product"],
    )
    return Report(entry["opened"], key, dict(entry["usage"]), entry["sealed"])
