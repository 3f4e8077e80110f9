"""Defects of how long reports are kept."""

from datetime import timedelta
from typing import override

from licence_client import LicenceClient, Settings


class KeepsSevenDays(LicenceClient):
    """Unsent reports are purged after seven days, like the log files."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.retention = timedelta(days=7)


class NeverPurges(LicenceClient):
    """Unsent reports are kept for ever: nothing that is billed may be lost."""

    @override
    def purge(self) -> None:
        pass


class LtsPurges(LicenceClient):
    """The thirty days of DLS hold in LTS, too."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.retention = timedelta(days=30)


class KeepsThousandReports(LicenceClient):
    """The store has room for a thousand reports; the oldest make way."""

    @override
    def purge(self) -> None:
        super().purge()
        self.store.drop(self.store.reports()[:-1000])
