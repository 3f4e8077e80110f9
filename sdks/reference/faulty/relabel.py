"""What several defects of time labels have in common."""

from datetime import datetime

from licence_client.report import Report
from licence_client.store import UsageStore


def relabelled(store: UsageStore, report: Report, slot: datetime) -> Report:
    """A report with the units of `report` under another time label, in its place."""
    moved = store.open_report(report.key._replace(slot=slot), report.usage)
    store.drop([report])
    return moved
