"""Defects of what a report says."""

from collections import Counter
from collections.abc import Sequence
from typing import override

from licence_client import LicenceClient
from licence_client.report import Report, ReportKey
from licence_client.submitter import Submitter
from licence_client.transport import Message


class CodelessSubmitter(Submitter):
    """Leaves it to the server to know whose usage it is."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        account = ("handshakeCode", "organizationId")
        return [
            {k: v for k, v in report.items() if k not in account}
            for report in super().render(batch)
        ]


class ReportsWithoutCode(LicenceClient):
    """
    The handshake code is left out of reports: the server has heard it when it authorised
    the device.
    """

    submitter_type = CodelessSubmitter


class MergesBacklog(LicenceClient):
    """
    To spare the server, what has piled up over several slots goes out as one report under
    the oldest label.
    """

    @override
    def send_backlog(self) -> None:
        unsealed = [report for report in self.reports_due() if not report.sealed]
        piles: dict[ReportKey, list[Report]] = {}
        for report in unsealed:
            piles.setdefault(report.key._replace(slot=unsealed[0].key.slot), []).append(
                report
            )
        for key, pile in piles.items():
            self._merge(key, pile)
        super().send_backlog()

    def _merge(self, key: ReportKey, pile: list[Report]) -> None:
        total: Counter[str] = Counter()
        for report in pile:
            total.update(report.usage)
        self.store.open_report(key, dict(total))
        self.store.drop(pile)


class ZeroCountSubmitter(Submitter):
    """Fills a fixed table of types."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        zero = {"type": "MICRO_PDF417", "count": 0}
        return [
            {**report, "usage": [*report["usage"], zero]}
            for report in super().render(batch)
        ]


class ZeroCounts(LicenceClient):
    """A report lists a type that did not occur, with a count of zero."""

    submitter_type = ZeroCountSubmitter


class CurrentCodeSubmitter(Submitter):
    """Fills in the code when it sends."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        code = self.settings.handshake_code
        reports = super().render(batch)
        return (
            [{**report, "handshakeCode": code} for report in reports] if code else reports
        )


class TodaysCode(LicenceClient):
    """
    A kept report is sent with the handshake code that is configured now, not the one of its
    usage.
    """

    submitter_type = CurrentCodeSubmitter
