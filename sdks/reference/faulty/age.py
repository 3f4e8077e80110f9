"""Defects of how old a report may become, which show at one age alone."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import override

from licence_client import LicenceClient, Settings
from licence_client.files import write_whole
from licence_client.report import Report
from licence_client.submitter import Submitter
from licence_client.transport import Answer


class MonthIsFourWeeks(LicenceClient):
    """A month is four weeks: reports are purged after 28 days."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.retention = timedelta(weeks=4)


class LtsKeepsOneYear(LicenceClient):
    """What is a year old nobody will pay for: it is purged."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.retention = timedelta(days=365)


class FailedNeverPurged(LicenceClient):
    """Failed reports are in a list of their own, and the purge has never heard of it."""

    @override
    def purge(self) -> None:
        self.store.drop(
            [r for r in self.reports_too_old() if not r.sealed],
        )


class PurgesAllAtOnce(LicenceClient):
    """Where one report is too old the whole file is deleted."""

    @override
    def purge(self) -> None:
        if self.reports_too_old():
            self.store.drop(self.store.reports())


class DatingSubmitter(Submitter):
    """Notes when a report was last tried."""

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        super().on_failed(batch, answer)
        now = datetime.now(UTC).isoformat()
        write_whole(
            self.settings.cache_dir / "tried.json",
            json.dumps({**self.tried(), **{str(r.number): now for r in batch}}).encode(),
        )

    def tried(self) -> dict[str, str]:
        """When each report was last tried."""
        path = self.settings.cache_dir / "tried.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}


class AgeFromLastTry(LicenceClient):
    """A report's age is that of its file, which every failure writes anew."""

    submitter_type = DatingSubmitter
    submitter: DatingSubmitter

    @override
    def purge(self) -> None:
        tried = self.submitter.tried()
        now, kept = datetime.now(UTC), self.retention or timedelta.max
        self.store.drop(
            [
                report
                for report in self.reports_too_old()
                if str(report.number) not in tried
                or now - datetime.fromisoformat(tried[str(report.number)]) > kept
            ]
        )
